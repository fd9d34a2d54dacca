"""Where schemas, mapping tables, code lists and partners are found: a workspace first, then what we ship.

A workspace is a folder with `partners/` and `mappings/` or `schemas/`; a file there wins over the shipped one
at the same relative path. Paths are given and shown relative to the workspace, with `/`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from gateway.code_cache import CodeCache
from gateway.errors import DataFileError, UsageError

DATA_FOLDERS = ("schemas", "mappings", "partners")
SETTINGS_FILE = "gateway.yaml"
VAR = "var"  # the folder for state
DATABASE_FILE = "gateway.db"  # in `var`
KEYS_FOLDER = f"{VAR}/keys"
WORKSPACE_KEY = f"{KEYS_FOLDER}/workspace.key"
LEDGER_KEY = f"{KEYS_FOLDER}/ledger.key"


class Workspace:
    """The data files of one workspace over the shipped defaults; without a root, the defaults alone."""

    def __init__(self, root: Path | None = None, defaults: Path | None = None) -> None:
        """`root` is the workspace folder; `defaults` a folder in its place when it lacks a file."""
        if root is not None and not root.is_dir():
            raise UsageError(f"{root} is not a folder; name an existing workspace")
        self.root = root
        self.defaults = defaults or shipped_data()

    @classmethod
    def around(cls, start: Path) -> Workspace:
        """The workspace that `start` lies in: the nearest folder upwards that is one, else none."""
        here = start.absolute()
        return cls(next((folder for folder in (here, *here.parents) if is_workspace(folder)), None))

    @property
    def var(self) -> Path | None:
        """The folder for state and caches; it need not exist. None without a workspace."""
        return None if self.root is None else self.root / VAR

    @property
    def code_cache(self) -> CodeCache | None:
        """The cache of generated code in `var/cache`; None without a workspace."""
        return None if self.var is None else CodeCache(self.var / "cache")

    def list(self, folder: str, pattern: str = "**/*") -> tuple[str, ...]:
        """The relative paths of the files below `folder` that match, sorted; hidden files are passed over.

        `pattern` is a glob within the folder: `*.yaml` for its own files, `**/*.yaml` for those of any depth.
        """
        return tuple(sorted(self._found(folder, pattern)))

    def texts(self, folder: str, pattern: str = "**/*", apart_from: str | None = None) -> dict[str, str]:
        """The files that `list` names, each with its text; those in the folder `apart_from` are left out.

        Raises as `read` does.
        """
        found = self._found(folder, pattern)
        kept = [each for each in sorted(found) if apart_from is None or not each.startswith(f"{apart_from}/")]
        return {relative: text_of(relative, found[relative]) for relative in kept}

    def read(self, relative: str) -> str:
        """The text of one file, without a byte order mark.

        Raises `UsageError` when there is no such file, `DataFileError` when it is not UTF-8 text.
        """
        return text_of(relative, self.path(relative))

    def path(self, relative: str) -> Path:
        """The file that `relative` stands for, in the workspace or among the defaults; else `UsageError`."""
        inside = _inside(relative)
        for place in self._places():
            if _is_file(place / inside):
                return place / inside
        searched = " or ".join(str(place) for place in self._places())
        raise UsageError(f"There is no file {relative} in {searched}; create it or correct the name")

    def _places(self) -> Iterator[Path]:
        if self.root is not None:
            yield self.root
        if self.defaults != self.root:
            yield self.defaults

    def _found(self, folder: str, pattern: str) -> dict[str, Path]:
        inside = _inside(folder)
        found: dict[str, Path] = {}
        for place in self._places():
            for path in (place / inside).glob(pattern):
                relative = path.relative_to(place)
                hidden = any(part.startswith(".") for part in relative.parts)
                if not hidden and path.is_file():
                    found.setdefault(relative.as_posix(), path)
        return found


def is_workspace(folder: Path) -> bool:
    """Whether the folder has partners, and mappings or schemas of its own."""
    return (folder / "partners").is_dir() and any(
        (folder / name).is_dir() for name in ("mappings", "schemas")
    )


def shipped_data() -> Path:
    """The folder of the shipped `schemas/` and `mappings/`: in the wheel, or in a checkout its own."""
    package = Path(__file__).resolve().parent
    carried = package / "_data"
    return carried if carried.is_dir() else package.parent


def text_of(relative: str, path: Path) -> str:
    """The text of the file at `path`, without a byte order mark; messages call it `relative`.

    Raises `UsageError` when it cannot be read, `DataFileError` when it is not UTF-8 text.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{relative} cannot be read: {error.strerror}; check {path}") from error
    try:
        return data.decode("utf-8-sig")  # spreadsheets put a byte order mark before a CSV file
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        text = f"byte {data[error.start]:#04x} is not UTF-8; save the file as UTF-8"
        raise DataFileError(((relative, line, text),)) from error


def _inside(relative: str) -> PurePosixPath:
    path = PurePosixPath(relative)
    if path.is_absolute() or ".." in path.parts or path.parts[:1] not in {(name,) for name in DATA_FOLDERS}:
        raise UsageError(f"{relative} lies outside the workspace; name a path in {', '.join(DATA_FOLDERS)}")
    return path


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name longer than the file system allows
        return False
