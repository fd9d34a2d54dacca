"""A day of an order in a store: what came, what was sent, what was answered, as the exchange writes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from gateway.lifecycle import Event, State
from gateway.store.documents import NewDocument, add_document
from gateway.store.lives import happens
from gateway.store.payloads.adding import Payloads
from gateway.store.payloads.vault import Spool
from gateway.store.people import SERVICE, actor_id, partner_id
from gateway.store.receiving import Arrival
from gateway.store.search_keys import Key, KeyKind
from gateway.store.seen import Recognition
from gateway.store.sendings import Carry, NewSending, add_sending, change_sending, take_receipt
from gateway.store.store import Store
from gateway.store.writing.transaction import Details, Transaction
from tests.store.stores import INLINE, ME

AMAZON, ERP = "amazon", "erp"
ORDER, INVOICE = "PurchaseOrder", "Invoice"


@dataclass(frozen=True, slots=True)
class Day:
    """Writes to a store what the exchange would."""

    store: Store

    def arrive(self, name: str = "order.850", channel: str = "amazon/edi", data: bytes = b"ISA*850~") -> str:
        """A file comes."""
        partner = channel.partition("/")[0]
        return self.store.intake.receive(Arrival(channel, ME, partner, name), [data]).message

    def split(self, arrival: str, *documents: NewDocument, details: Details | None = None) -> list[str]:
        """It is read."""

        def change(transaction: Transaction) -> list[str]:
            who = actor_id(transaction, SERVICE)
            made = [add_document(transaction, self.payloads, who, each) for each in documents]
            for place, message in enumerate(made, 1):
                self.recognition.remember(transaction, message, [self.identity(arrival, str(place))])
            self.recognition.remember(transaction, arrival, [self.identity(arrival, "file")])
            happens(transaction, who, arrival, Event.WAS_SPLIT, details or {})
            return made

        return self.store.writer.do(change)

    def split_more(self, arrival: str, *documents: NewDocument) -> list[str]:
        """A document of it is read once more."""

        def change(transaction: Transaction) -> list[str]:
            who = actor_id(transaction, SERVICE)
            return [add_document(transaction, self.payloads, who, each) for each in documents]

        return self.store.writer.do(change)

    def document(
        self,
        arrival: str,
        state: State = State.QUEUED,
        number: str = "PO-4711",
        *,
        kind: str = ORDER,
        partner: str = AMAZON,
        place: int = 1,
        why: str | None = None,
        parent: str | None = None,
    ) -> NewDocument:
        """A document of it, to be given to `split`."""
        of = self.store.writer.do(
            lambda transaction: partner_id(transaction, partner, actor_id(transaction, SERVICE))
        )
        return NewDocument(
            within=arrival,
            place=place,
            kind=kind,
            channel=f"{partner}/edi",
            partner=of,
            usage="production",
            state=state,
            size=120,
            number=number,
            orders=(number,),
            agreement=f"{partner}/orders",
            onward="erp/orders",
            why=why,
            parent=parent,
            keys=(Key(KeyKind.PURCHASE_ORDER, number),),
        )

    def send(
        self, *documents: str, answers: str | None = None, name: str = "order-4711.csv", isa13: int = 42
    ) -> str:
        """Something with these documents is to be sent, or an acknowledgment of a file."""

        def change(transaction: Transaction) -> str:
            who = actor_id(transaction, SERVICE)
            message = transaction.new_id()
            carried = [Carry(each, "PO", 17, "850", f"{n:04}") for n, each in enumerate(documents, 1)] or [
                Carry(None, "FA", 18, "997", "0001")
            ]
            new = NewSending(
                message=message,
                data=f"{name} {documents}".encode() * 3,
                channel="erp/files" if documents else "amazon/edi",
                partner=partner_id(transaction, ERP if documents else AMAZON, who),
                usage="production",
                document=ORDER if documents else "997",
                file_name=name,
                agreement="erp/orders" if documents else None,
                sender="ZZ/ACORN",
                receiver="ZZ/AMAZON",
                isa13=isa13,
                written_at="20261123 1200",
                answers=answers,
                carried=carried,
                keys=(Key(KeyKind.INTERCHANGE, f"{isa13:09}"),),
            )
            add_sending(transaction, self.payloads, who, new)
            return message

        return self.store.writer.do(change)

    def happens(self, message: str, event: Event, details: Details | None = None) -> None:
        """Something happens to a message."""

        def change(transaction: Transaction) -> None:
            happens(transaction, actor_id(transaction, SERVICE), message, event, details or {})

        self.store.writer.do(change)

    def receipt(self, sending: str, document: str, by: str, *, accepts: bool = True) -> None:
        """A receipt for a sending comes, in the message `by`."""
        verdict = "accepted" if accepts else "refused"
        event = Event.RECEIPT_ACCEPTS if accepts else Event.RECEIPT_REFUSES

        def change(transaction: Transaction) -> None:
            who = actor_id(transaction, SERVICE)
            values = {"receipt": f'["{verdict}"]', "due_at": None}
            take_receipt(transaction, who, sending, by, values, {document: verdict})
            for each in (sending, document):
                happens(transaction, who, each, event, {"receipt": by})

        self.store.writer.do(change)

    def delivered(self, sending: str, *documents: str) -> None:
        """A sending is delivered, and its receipt awaited for a day."""

        def change(transaction: Transaction) -> None:
            who = actor_id(transaction, SERVICE)
            until = transaction.now + timedelta(days=1)
            told = change_sending(transaction, sending, {"delivered_at": transaction.now, "due_at": until})
            happens(transaction, who, sending, Event.WAS_DELIVERED, {"delivered_as": "out/1", **told})
            for each in documents:
                happens(transaction, who, each, Event.WAS_DELIVERED, {"sending": sending})

        self.store.writer.do(change)

    @property
    def payloads(self) -> Payloads:
        """Keeps what is sent."""
        return Payloads(self.store.keys, Spool(self.store.vault, INLINE), self.store.parts.random)

    @property
    def recognition(self) -> Recognition:
        """Knows what came before."""
        return Recognition(self.store.keys)

    def identity(self, *parts: str) -> str:
        """An identity of something that came."""
        with self.store.database.reading() as connection:
            return self.recognition.digest(connection, "test", " ".join(parts))


@dataclass(frozen=True, slots=True)
class OrdersDay:
    """An order that came, went on, and was acknowledged both ways."""

    arrival: str
    order: str
    file: str
    acknowledgment: str


def orders_day(day: Day, number: str = "PO-4711", isa13: int = 42) -> OrdersDay:
    """An order comes, is acknowledged, and lies in the folder of the ERP."""
    arrival = day.arrive()
    (order,) = day.split(arrival, day.document(arrival, number=number), details={"documents": 1})
    acknowledgment = day.send(answers=arrival, name=f"997-{isa13}.x12", isa13=isa13)
    file = day.send(order, isa13=isa13 + 1)
    day.delivered(acknowledgment)
    day.delivered(file, order)
    return OrdersDay(arrival, order, file, acknowledgment)
