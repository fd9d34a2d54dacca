"""Faults of ours. A fault in somebody's document is a `gateway.findings.Finding`, never one of these."""

from __future__ import annotations

Mistake = tuple[str, int, str]
"""A mistake in a data file: the file, the line counted from 1 (0: the whole file), and what is wrong."""


class GatewayError(Exception):
    """Something the gateway or its set-up did wrong; the message says what, where and what to do next."""


class UsageError(GatewayError):
    """The command was asked for something that cannot be done: a missing file, an unknown name."""


class UnreadableFileError(UsageError):
    """Files that cannot be read. `faults` says of each why, and what to do."""

    def __init__(self, *faults: str) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


class DataFileError(GatewayError):
    """A schema, mapping table, code list or partner file of this workspace has mistakes.

    `mistakes` holds each of them.
    """

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(f"{file}:{line}: {text}" for file, line, text in mistakes))


class SeparatorInDataError(GatewayError):
    """Data that cannot be written as X12: it holds a separator of the interchange, or a control character.

    `tag` and `element` tell where it was to go (element 0 is the tag itself), `value` is the data and
    `character` what must not stand in it.
    """

    def __init__(self, tag: str, element: int, value: str, character: str) -> None:
        self.tag = tag
        self.element = element
        self.value = value
        self.character = character
        super().__init__(
            f"{tag}{element:02d} cannot be written: {value[:60]!r} holds {character!r}, a separator or a "
            f"control character; remove it from the data, or choose other separators for the partner"
        )


class UnwritableEnvelopeError(GatewayError):
    """An envelope that cannot be written, such as one with a value too long for its element."""


class NotInCharsetError(GatewayError):
    """Text that the character set of an interchange does not have; `character` is the first of it."""

    def __init__(self, charset: str, character: str, segment: str) -> None:
        self.charset = charset
        self.character = character
        super().__init__(
            f"{character!r} in the segment {segment[:60]!r} is not in the character set {charset}; "
            f"choose another character set for the partner, or replace the character"
        )


class StoreError(GatewayError):
    """What is kept cannot be read or written as it should."""


class StorageFullError(StoreError):
    """There is no room on the disk; nothing was promised, and it may be tried again when there is."""


class StorageDoubtError(StoreError):
    """The disk failed to say that something is kept. Nobody tries again: the process stops."""


class StoreBusyError(StoreError):
    """The store cannot be written at the moment, such as when another program holds its lock."""


class UnknownOutcomeError(StoreBusyError):
    """Nobody can say whether what was asked for is kept; asking again with the same key settles it."""


class TamperedError(StoreError):
    """What was read is not what was written: a payload, a key or a leaf was changed or cut."""


class KeyDestroyedError(StoreError):
    """What a message says cannot be read any more, since its key was destroyed on purpose."""


class NoStoreError(UsageError, StoreError):
    """The database that the settings name holds no store of a gateway."""

    def __init__(self) -> None:
        super().__init__("There is no store in this database yet; `gateway init DIR` makes it")


class TransportError(GatewayError):
    """A way in or out cannot be used at the moment; nothing was handed over, and it may be tried again."""
