"""Who does something, and for which partner: leaves name both by ids, and their names stand beside."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import col

from gateway.store.columns import storable
from gateway.store.search_keys import normalised
from gateway.store.tables import Actor, PartnerRow
from gateway.store.writing.transaction import Entry, Transaction


@dataclass(frozen=True, slots=True)
class Who:
    """A user of the operating system (`user`), or a part of the gateway (`service`)."""

    kind: str
    name: str


PARTNER = "partner-row"  # as a kind of id; no kind of actor is called so
SERVICE = Who("service", "gateway")


def actor_id(transaction: Transaction, who: Who) -> str:
    """The id by which leaves name somebody; who is new to the ledger is entered first."""
    known = known_actor(transaction, who)
    return enter_actor(transaction, who, transaction.new_id()) if known is None else known


def known_actor(transaction: Transaction, who: Who) -> str | None:
    """The id of somebody who is in the ledger already."""
    known = transaction.id_of(who.kind, who.name)
    if known is not None:
        return known
    wanted = select(col(Actor.id)).where(col(Actor.kind) == who.kind, col(Actor.name) == storable(who.name))
    kept = transaction.connection.execute(wanted).scalar_one_or_none()
    return None if kept is None else transaction.learn(who.kind, who.name, kept)


def enter_actor(transaction: Transaction, who: Who, new: str) -> str:
    """Enter somebody who is new to the ledger under an id, and give that."""
    transaction.insert(Actor, {"id": new, "kind": who.kind, "name": who.name})
    details = {"actor": new, "kind": who.kind, "name": who.name}
    transaction.record(Entry("actor-added", new, details=details))
    return transaction.learn(who.kind, who.name, new)


def partner_id(transaction: Transaction, name: str, who: str) -> str:
    """The id by which leaves name a partner; one that is new to the ledger is entered first."""
    known = transaction.id_of(PARTNER, name)
    if known is not None:
        return known
    wanted = select(col(PartnerRow.id)).where(col(PartnerRow.name) == storable(name))
    kept = transaction.connection.execute(wanted).scalar_one_or_none()
    if kept is not None:
        return transaction.learn(PARTNER, name, kept)
    new = transaction.new_id()
    row = {"id": new, "name": name, "normalised": normalised(name), "leaves": 0}
    transaction.insert(PartnerRow, row)
    transaction.record(Entry("partner-added", who, partner=new, details={"partner": new, "name": name}))
    return transaction.learn(PARTNER, name, new)
