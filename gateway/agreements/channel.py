"""A channel: one configured way in or out, such as the drop folders of an ERP."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from gateway.formats.yaml_records import DURATION

HOUR = 3600
DAY = 24 * HOUR


class Use(StrEnum):
    """Whether what goes there is meant."""

    PRODUCTION = "production"
    TEST = "test"


class WholeBy(StrEnum):
    """How a file says that all of it is there."""

    RENAME = "rename"  # it is written under another name (.tmp, .part, .filepart, a dotfile) and renamed
    MARKER = "marker"  # NAME.ok or NAME.done is put beside it
    QUIET = "quiet"  # nothing was changed for a while


class Whole(msgspec.Struct, frozen=True):
    """When a file counts as whole. `quiet` and `patience` are seconds: so long nothing changes, and so long
    one that is cut is waited for until it is rejected."""

    by: WholeBy = WholeBy.QUIET
    quiet: Annotated[int, msgspec.Meta(ge=1, le=DAY, extra=DURATION)] = 60
    patience: Annotated[int, msgspec.Meta(ge=60, le=30 * DAY, extra=DURATION)] = DAY


class ReplyForm(StrEnum):
    """How a reply beside a file is written."""

    TEXT = "text"
    CSV = "csv"
    XML = "xml"


class Language(StrEnum):
    """The language of replies."""

    ENGLISH = "en"
    CHINESE = "zh"


class Replies(msgspec.Struct, frozen=True):
    """The file NAME.ok or NAME.err that tells whoever dropped a file what became of it."""

    form: ReplyForm = ReplyForm.TEXT
    language: Language = Language.ENGLISH


class Taken(StrEnum):
    """What is done when a file of the same name is still there on the way out."""

    SUFFIX = "suffix"  # it goes under a name of its own: NAME-2
    HOLD = "hold"  # it waits until that one was taken


class Folders(msgspec.Struct, frozen=True, rename={"into": "in"}):
    """Drop folders, relative to the workspace: `into` below inbound/, `out` below outbound/.

    `file_name` is that of what is written; {document}, {number}, {control}, {message}, {date} and {extension}
    stand for what they say.
    """

    into: str | None = None
    out: str | None = None
    whole: Whole = Whole()
    replies: Replies | None = None
    file_name: str = "{document}-{number}-{message}.{extension}"
    taken: Taken = Taken.SUFFIX


class Channel(msgspec.Struct, frozen=True, kw_only=True):
    """One channel of a partner; its id, such as `amazon/edi`, is how messages and commands name it."""

    partner: str
    name: str
    usage: Use = Use.TEST
    folder: Folders | None = None
    description: str = ""

    @property
    def id(self) -> str:
        """Its name among those of all partners."""
        return f"{self.partner}/{self.name}"
