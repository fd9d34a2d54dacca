"""How well a table of delimited files fits the header of a file, told before a row is read."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

import msgspec

from gateway.mapping.bound import Plan
from gateway.mapping.csv_documents import needed_columns

__all__ = ["Fit", "fit_of"]

COMPARED = 80  # characters of a name; comparing takes the square of its length, and no name is longer
NEAR = 0.7  # of 1; `shipment_no` is near `shipment_number`, `order_total` is not near `invoice_total`


class Fit(msgspec.Struct, frozen=True):
    """A header against a table.

    `columns`: those of the header; `alike`: how many of them the table names, but for case, blanks and signs;
    `named`: exactly; `missing`: columns that every document needs and the header lacks; `plan`: the table.
    """

    plan: Plan
    columns: tuple[str, ...]
    alike: int
    named: int
    missing: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether documents can be made: no needed column is missing, and some column is known."""
        return self.named > 0 and not self.missing

    @property
    def most(self) -> bool:
        """Whether the table knows at least half of the header."""
        return 2 * self.alike >= sum(map(bool, self.columns))

    def near(self, column: str) -> str:
        """What stands in the header for a missing column of the table; "" when nothing is near."""
        taken = set(self.plan.columns)
        others = {_plain(name): name for name in self.columns if name not in taken}
        close = get_close_matches(_plain(column), others, n=1, cutoff=NEAR)
        return others[close[0]] if close else ""

    def speaks_against(self, other: Plan) -> bool:
        """Whether a column that only this table needs stands in the header, by its name or a near one."""
        only = [column for column in needed_columns(self.plan) if column not in other.columns]
        return any(column in self.columns or self.near(column) for column in only)


def fit_of(plan: Plan, columns: Sequence[str]) -> Fit:
    """How well the table fits a header of these columns."""
    plain = {_plain(column) for column in plan.columns}
    given = set(columns)
    return Fit(
        plan,
        tuple(columns),
        sum(_plain(column) in plain for column in given),
        len(given.intersection(plan.columns)),
        tuple(column for column in needed_columns(plan) if column not in given),
    )


def _plain(name: str) -> str:
    """A name without case, blanks and signs; one of signs alone as it stands."""
    return "".join(filter(str.isalnum, name[:COMPARED].casefold())) or name[:COMPARED]
