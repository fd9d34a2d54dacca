"""Makes the image of a seed again from a recording that a test left: what is wrong with it, and the image.

`python -m tests.faults.look FOLDER SEED...`: FOLDER is that of the test, with `calls` and `kept`. The image
is then in FOLDER/looked-at.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.faults.powerloss import images
from tests.faults.recording import Recording
from tests.faults.service import CHECKOUT, is_answer, wrong


def look(folder: Path, seeds: list[int]) -> None:
    """Print what is wrong with the image of each seed; the last one stays."""
    recording = Recording(folder / "calls", folder / "kept", cwd=CHECKOUT)
    for image in images(recording, seeds, is_answer):
        print(f"seed {image.seed}: cut after line {image.cut}, {len(image.acknowledged)} answers had left")
        for fault in wrong(image, folder / "looked-at") or ["nothing is wrong"]:
            print(f"  {fault}")


if __name__ == "__main__":
    look(Path(sys.argv[1]), [int(each) for each in sys.argv[2:]])
