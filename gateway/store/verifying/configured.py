"""Configurations, the texts kept of them, and paused channels, against the leaves that tell of them."""

from __future__ import annotations

import json
import zlib
from hashlib import sha256

from sqlalchemy import text

from gateway.store.channels import PAUSED, RESUMED
from gateway.store.configurations import CHANGED
from gateway.store.verifying.opened import Checking, OpenedLeaf
from gateway.store.verifying.report import Flaw

MOST_TEXT = 64 * 1024 * 1024  # bytes; what is larger unpacked is none that was kept

_CONFIGURATIONS = text("SELECT digest, made_at, build, files FROM configuration ORDER BY digest")
_TEXT_NAMES = text("SELECT digest FROM kept_text ORDER BY digest")
_TEXT = text("SELECT packed FROM kept_text WHERE digest = :digest")
_CHANNELS = text("SELECT id, paused_at, paused_by, reason FROM channel")


class ConfiguredTold:
    """Takes the leaves in their order, and compares the rows with them."""

    def __init__(self) -> None:
        self._adopted: dict[object, tuple[object, object]] = {}
        self._paused: dict[object, tuple[object, object, object]] = {}

    def take(self, opened: OpenedLeaf) -> None:
        """One leaf; one that is about something else is passed over."""
        leaf, told = opened.leaf, opened.details or {}
        if leaf.what == CHANGED:
            self._adopted[told.get("after")] = (leaf.at, told.get("build"))
        elif leaf.what == PAUSED:
            self._paused[told.get("channel")] = (leaf.at, leaf.who, told.get("reason"))
        elif leaf.what == RESUMED:
            self._paused.pop(told.get("channel"), None)

    def check(self, checking: Checking) -> None:
        """Both ways: rows without a leaf, and leaves without a row."""
        named = self._check_configurations(checking)
        _check_texts(checking, named)
        channels = {row[0]: row[1:] for row in checking.select(_CHANNELS)}
        for channel in channels.keys() | self._paused.keys():
            if channels.get(channel) != self._paused.get(channel):
                words = "that it is paused, since when, by whom or why is not as its leaves say"
                checking.faults.add(Flaw.CHANNEL, f"channel {channel}", words)

    def _check_configurations(self, checking: Checking) -> set[str]:
        """Gives the digests of all texts that configurations name."""
        rows = {row[0]: row[1:] for row in checking.select(_CONFIGURATIONS)}
        named: set[str] = set()
        for digest in rows.keys() | self._adopted.keys():
            row = rows.get(digest)
            if row is None or row[:2] != self._adopted.get(digest):
                words = "its row and its leaves do not say the same"
                checking.faults.add(Flaw.CONFIGURATION, f"configuration {digest}", words)
            if row is None:
                continue
            files = _files(row[2])
            if files is None or digest != sha256(json.dumps([row[1], files]).encode()).hexdigest():
                words = "it names other files than when it was adopted"
                checking.faults.add(Flaw.CONFIGURATION, f"configuration {digest}", words)
            named.update((files or {}).values())
        return named


def _files(told: object) -> dict[str, str] | None:
    """The files of a configuration; None where they cannot be read."""
    try:
        files = json.loads(told) if isinstance(told, str) else None
    except ValueError:
        return None
    if not isinstance(files, dict) or not all(isinstance(each, str) for each in files.values()):
        return None
    return dict(sorted(files.items()))


def _check_texts(checking: Checking, named: set[str]) -> None:
    kept = {row[0] for row in checking.select(_TEXT_NAMES)}
    for digest in kept | named:
        if digest not in kept:
            words = "a configuration names it, and it is not kept"
        elif digest not in named:
            words = "it is kept, and no configuration names it"
        elif not _is_text(digest, checking.select(_TEXT, digest=digest)[0][0]):
            words = "it is not what was kept"
        else:
            continue
        checking.faults.add(Flaw.CONFIGURATION, f"text {digest}", words)


def _is_text(digest: object, packed: object) -> bool:
    if not isinstance(packed, bytes):
        return False
    unpacking = zlib.decompressobj()
    try:
        unpacked = unpacking.decompress(packed, MOST_TEXT)
    except zlib.error:
        return False
    whole = unpacking.eof and not unpacking.unused_data
    return whole and sha256(unpacked).hexdigest() == digest
