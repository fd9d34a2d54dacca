"""Who does something, and for which partner: leaves name both by ids, and their names stand beside."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from gateway.store.search_keys import normalised
from gateway.store.tables import Actor, PartnerRow
from gateway.store.transaction import Entry, Transaction


@dataclass(frozen=True, slots=True)
class Who:
    """A user of the operating system (`user`), or a part of the gateway (`service`)."""

    kind: str
    name: str


SERVICE = Who("service", "gateway")


def actor_id(transaction: Transaction, who: Who) -> str:
    """The id by which leaves name somebody; who is new to the ledger is entered first."""
    wanted = select(col(Actor.id)).where(col(Actor.kind) == who.kind, col(Actor.name) == who.name)
    known = transaction.connection.execute(wanted).scalar_one_or_none()
    if known is not None:
        return known
    new = transaction.new_id()
    transaction.insert(Actor, {"id": new, "kind": who.kind, "name": who.name})
    details = {"actor": new, "kind": who.kind, "name": who.name}
    transaction.record(Entry("actor-added", new, details=details))
    return new


def partner_id(transaction: Transaction, name: str, who: str) -> str:
    """The id by which leaves name a partner; one that is new to the ledger is entered first."""
    wanted = select(col(PartnerRow.id)).where(col(PartnerRow.name) == name)
    known = transaction.connection.execute(wanted).scalar_one_or_none()
    if known is not None:
        return known
    new = transaction.new_id()
    row = {"id": new, "name": name, "normalised": normalised(name), "leaves": 0}
    transaction.insert(PartnerRow, row)
    transaction.record(Entry("partner-added", who, partner=new, details={"partner": new, "name": name}))
    return new
