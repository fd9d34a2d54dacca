"""The folder that pyx12 reads our maps from: the owner's alone, named by its content.

What lies there decides about verdicts, so it is taken only when every file holds exactly the text that is
written from the definitions now; otherwise the folder is made anew beside it and put in its place.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

from gateway.code_cache import OTHERS, OWNER_ONLY_FOLDER, content_key

KEPT_FOLDERS = 8  # a release needs one; changed definitions leave old ones behind
_KEY = re.compile(r"[0-9a-f]{64}")


def kept_maps(parent: Path, texts: Mapping[str, str]) -> Path:
    """The folder in `parent` with these files, made when it is not there whole. Raises OSError."""
    parent.parent.mkdir(mode=OWNER_ONLY_FOLDER, exist_ok=True)
    parent.mkdir(mode=OWNER_ONLY_FOLDER, exist_ok=True)
    if parent.is_symlink():
        raise OSError(f"{parent} is a link")
    parent.chmod(OWNER_ONLY_FOLDER)
    folder = parent / content_key(*(part.encode() for item in sorted(texts.items()) for part in item))
    if not _is_whole(folder, texts):
        if folder.is_symlink():
            folder.unlink()
        shutil.rmtree(folder, ignore_errors=True)
        aside = Path(tempfile.mkdtemp(dir=parent))  # owner-only by itself
        for name, text in texts.items():
            (aside / name).write_bytes(text.encode())
        aside.rename(folder)
        _remove_oldest(parent)
    return folder


def _is_whole(folder: Path, texts: Mapping[str, str]) -> bool:
    try:
        status = folder.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_mode & OTHERS or status.st_uid != os.geteuid():
            return False
        return all(
            not (folder / name).is_symlink() and (folder / name).read_bytes() == text.encode()
            for name, text in texts.items()
        )
    except OSError:
        return False


def _remove_oldest(parent: Path) -> None:
    kept = [each for each in parent.iterdir() if _KEY.fullmatch(each.name)]
    for each in sorted(kept, key=lambda one: one.lstat().st_mtime_ns)[:-KEPT_FOLDERS]:
        shutil.rmtree(each, ignore_errors=True)
