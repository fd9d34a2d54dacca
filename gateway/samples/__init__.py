"""Sample partners for a new workspace: files with comments that a vendor can start from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gateway.errors import UsageError
from gateway.suggestions import suggestion

__all__ = ["sample_files", "sample_names"]

FOLDER = Path(__file__).parent
GUIDES = "guides"
GUIDED = "amazon"  # the sample, and its partner, that guides are known of
KEPT_BY_GIT = ".gitkeep"


def sample_names() -> tuple[str, ...]:
    """The samples that there are."""
    return tuple(sorted({path.parents[1].name for path in FOLDER.glob("*/*/partner.yaml")}))


def sample_files(samples: Sequence[str]) -> dict[str, str]:
    """The files of some samples, with their texts, by path in a workspace; `UsageError` for an unknown one.

    Drop folders are told by a file that keeps them.
    """
    known = sample_names()
    files: dict[str, str] = {}
    for sample in samples:
        if sample not in known:
            raise UsageError(f"there is no sample `{sample[:80]}`{suggestion(sample, known)}")
        for path in sorted((FOLDER / sample).glob("*/partner.yaml")):
            partner = path.parent.name
            files[f"partners/{partner}/partner.yaml"] = path.read_text(encoding="utf-8")
            files |= {f"{way}/{partner}/{KEPT_BY_GIT}": "" for way in ("inbound", "outbound")}
            if partner == GUIDED:
                files |= {
                    f"partners/{partner}/{GUIDES}/{guide.name}": guide.read_text(encoding="utf-8")
                    for guide in sorted(_guides().glob("*.yaml"))
                }
    return files


def _guides() -> Path:
    """The guides that the wheel carries; in a checkout those of its own partner."""
    carried = FOLDER / GUIDED / GUIDES
    return carried if carried.is_dir() else FOLDER.parents[1] / "partners" / GUIDED / GUIDES
