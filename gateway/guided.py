"""The X12 definitions of a workspace with the guides of its partners."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property
from pathlib import PurePosixPath

from gateway.errors import DataFileError, Mistake, UsageError
from gateway.schema.guides.judge import GuideJudge
from gateway.schema.guides.load import load_guides
from gateway.schema.guides.model import Direction
from gateway.schema.guides.narrow import Narrowed
from gateway.schema.validator import Guided, Validator
from gateway.standards import Standards
from gateway.suggestions import MEANT, suggestion

PARTNERS = "partners"
PARTNER_FILE = "partner.yaml"
GUIDES = "guides"  # the folder of a partner with its guides
SHOWN_PARTNERS = 12  # in a message; more are listed by the command that it names


class GuidedStandards(Standards):
    """The definitions, and what the guide of a partner leaves of them; faulty files raise `DataFileError`."""

    @cached_property
    def partner_names(self) -> tuple[str, ...]:
        """The partners that the workspace describes."""
        files = self.workspace.list(PARTNERS, f"*/{PARTNER_FILE}")
        return tuple(sorted(PurePosixPath(file).parent.name for file in files))

    def expect_partner(self, name: str) -> None:
        """`UsageError` when the workspace describes no partner of this name."""
        known = self.partner_names
        if name in known:
            return
        text = f"there is no partner `{name[:80]}`: no file {PARTNERS}/{name[:80]}/{PARTNER_FILE}"
        if not known:
            raise UsageError(f"{text}; nor is any other partner described there")
        close = suggestion(name, known)
        meant = close if close.startswith(MEANT) else ""
        more = ", …; `gateway partners list` shows them" if len(known) > SHOWN_PARTNERS else ""
        raise UsageError(f"{text}{meant}; known are: {', '.join(known[:SHOWN_PARTNERS])}{more}")

    def guide_texts(self, partner: str) -> dict[str, str]:
        """The guides of a partner, by path."""
        return self.workspace.texts(f"{PARTNERS}/{partner}/{GUIDES}", "*")

    def guides(self, partner: str) -> Mapping[Guided, Narrowed]:
        """The sets of the standard as the guides of a partner narrow them, by release and set."""
        guides, mistakes = load_guides(self.guide_texts(partner), self.releases)
        if mistakes:
            raise DataFileError(mistakes)
        return guides

    def guide_mistakes(self, partner: str) -> tuple[Mistake, ...]:
        """Every mistake in the guides of a partner."""
        return load_guides(self.guide_texts(partner), self.releases)[1]

    def guided(
        self, partner: str, *, rejects: bool, writing: bool = False, apart_from: Collection[str] = ()
    ) -> Validator:
        """The checks of X12 with the guides of a partner; `writing`: with those about what we send.

        `apart_from` are sets for which no guide was agreed on, such as 850.
        """
        judges = {
            key: GuideJudge(each, rejects)
            for key, each in self.guides(partner).items()
            if key[1] not in apart_from and (not writing or each.guide.direction is Direction.OUTBOUND)
        }
        return Validator(self.releases, self.envelope, judges) if judges else self.validator
