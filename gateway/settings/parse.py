"""Reads `gateway.yaml`: every key has a default, every mistake is told with its line and what was meant."""

from __future__ import annotations

from pathlib import Path

import msgspec

from gateway.errors import DataFileError
from gateway.formats.yaml_nodes import Mapping, ReadNodes, read_nodes
from gateway.formats.yaml_records import RecordReader, Tree
from gateway.secrets import Secret
from gateway.settings.forms import Settings
from gateway.settings.judge import SECRETS_ARE_NAMES, problems
from gateway.workspace import SETTINGS_FILE, text_of


def read_settings(workspace: Path) -> Settings:
    """The settings of the workspace folder; the defaults when it has no `gateway.yaml`.

    Raises `DataFileError` with every mistake, `UsageError` when the file cannot be read.
    """
    path = workspace / SETTINGS_FILE
    return parse_settings(text_of(SETTINGS_FILE, path)) if path.exists() else Settings()


def parse_settings(text: str, file: str = SETTINGS_FILE, read: ReadNodes = read_nodes) -> Settings:
    """The settings that the text of `file` gives; raises `DataFileError` with every mistake and its line.

    `read` reads its YAML. A text of comments alone gives the defaults.
    """
    if all(not line.strip() or line.lstrip().startswith("#") for line in text.splitlines()):
        return Settings()
    root, mistakes = read(file, text, "`store:` and `ledger:`")
    if root is None:
        raise DataFileError(tuple(mistakes))
    reader = RecordReader(file, {Secret: SECRETS_ARE_NAMES}, empty_records=True)
    tree: Tree = {}
    for item in root.items:  # part by part, so that a mistake in one does not keep others from being judged
        told = len(reader.mistakes)
        part = reader.record(Mapping((item,), root.line), Settings, ())
        if len(reader.mistakes) == told:
            tree |= part
    settings = msgspec.convert(tree, Settings)
    judged = [(file, reader.line(*places), problem) for places, problem in problems(settings)]
    if reader.mistakes or judged:
        raise DataFileError(tuple(sorted(reader.mistakes + judged)))
    return settings
