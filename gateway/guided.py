"""The X12 definitions of a workspace with the guides of its partners."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.errors import DataFileError, Mistake
from gateway.schema.guides.judge import GuideJudge
from gateway.schema.guides.load import load_guides
from gateway.schema.guides.model import Direction
from gateway.schema.guides.narrow import Narrowed
from gateway.schema.validator import Guided, Validator
from gateway.standards import Standards

PARTNERS = "partners"
GUIDES = "guides"  # the folder of a partner with its guides


class GuidedStandards(Standards):
    """The definitions, and what the guide of a partner leaves of them; faulty files raise `DataFileError`."""

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

    def guided(self, partner: str, *, rejects: bool, writing: bool = False) -> Validator:
        """The checks of X12 with the guides of a partner; `writing`: with those about what we send."""
        judges = {
            key: GuideJudge(each, rejects)
            for key, each in self.guides(partner).items()
            if not writing or each.guide.direction is Direction.OUTBOUND
        }
        return Validator(self.releases, self.envelope, judges) if judges else self.validator
