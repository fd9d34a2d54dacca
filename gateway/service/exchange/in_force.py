"""What is in force: the partners, agreements and tables of one moment, checked and taken as a whole."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence

import msgspec

from gateway.agreements.agreement import Agreement, Direction, Rejects
from gateway.agreements.channel import Channel, Use
from gateway.agreements.configuration import Configuration
from gateway.agreements.partner import GuideErrors, Partner, Usage
from gateway.bootstrap import DocumentTerms, Library
from gateway.code_cache import CodeCache
from gateway.documents import PurchaseOrder
from gateway.held_texts import HeldTexts
from gateway.mapping.orders.complete import OrderOf
from gateway.pipeline.knowledge import Knowledge
from gateway.store.configurations import Texts

OrderOfPartners = Callable[[frozenset[str], str], PurchaseOrder | None]

ISA15 = {Use.PRODUCTION: Usage.PRODUCTION, Use.TEST: Usage.TEST}


class InForce:
    """One configuration; what it knows is bound when it is first asked for.

    `translating` is held by whoever translates: tables learn while they work, one document at a time.
    """

    def __init__(self, texts: Texts, cache: CodeCache | None, order_of: OrderOfPartners) -> None:
        """`order_of` gives the latest order of a number that came from one of some partners.

        Raises `DataFileError` with every mistake of the texts.
        """
        self._order_of = order_of
        self.texts = texts
        self.digest = texts.digest
        self.translating = threading.Lock()
        self._library = Library(HeldTexts(texts.files, cache))
        self.configuration: Configuration = self._library.configuration()
        self._channels: dict[str, Knowledge] = {}  # one for each channel
        self._agreements: dict[str, Knowledge] = {}  # one for each agreement

    def channel(self, name: str) -> Channel | None:
        """The channel of this id, such as `amazon/edi`; None when nobody described it."""
        return self.configuration.channels.get(name)

    def incoming(self, channel: Channel) -> tuple[Agreement, ...]:
        """The agreements by which something comes in over a channel."""
        return tuple(
            each
            for each in self.configuration.agreements.values()
            if each.partner == channel.partner
            and each.channel == channel.name
            and each.direction is Direction.IN
        )

    def reading(self, channel: Channel) -> Knowledge:
        """What is known to read what comes over a channel."""
        if channel.id not in self._channels:
            agreements = self.incoming(channel)
            rejecting = any(each.acknowledge.rejects is not Rejects.STANDARD for each in agreements)
            self._channels[channel.id] = self._knowledge(
                channel.partner,
                frozenset(name for each in agreements for name in self._tables_of(each)),
                rejecting,
                channel.usage,
                agreements,
                self._orders_of(agreements),
            )
        return self._channels[channel.id]

    def writing(self, agreement: Agreement) -> Knowledge:
        """What is known to write what goes out by an agreement."""
        if agreement.id not in self._agreements:
            mappings = frozenset() if agreement.mapping is None else frozenset((agreement.mapping,))
            usage = self.usage_of(agreement)
            self._agreements[agreement.id] = self._knowledge(
                agreement.partner, mappings, True, usage, (agreement,)
            )
        return self._agreements[agreement.id]

    def usage_of(self, agreement: Agreement) -> Use:
        """Whether what goes by an agreement is meant."""
        channel = self.configuration.channels[f"{agreement.partner}/{agreement.channel}"]
        return agreement.usage or channel.usage

    def _tables_of(self, agreement: Agreement) -> Iterator[str]:
        """The tables that may read what comes in by an agreement: a file does not name its own."""
        if agreement.mapping is not None:
            yield agreement.mapping
            return
        for name in self._library.mappings.tables:
            document, form = self._library.heads(name)
            if document == agreement.document and form.kind.value == agreement.format:
                yield name

    def _orders_of(self, incoming: Sequence[Agreement]) -> OrderOf:
        """The orders that answers by these agreements may be about: those of the partners they go to."""
        partners = frozenset(target.partition("/")[0] for each in incoming for target in each.to)
        return lambda number: self._order_of(partners, number)

    def _knowledge(
        self,
        name: str,
        mappings: frozenset[str],
        rejecting: bool,
        usage: Use,
        agreements: Sequence[Agreement],
        orders: OrderOf | None = None,
    ) -> Knowledge:
        partner = self.configuration.partners[name]
        style = msgspec.structs.replace(
            partner.x12,
            usage=ISA15[usage],
            guide_errors=GuideErrors.REJECT if rejecting else partner.x12.guide_errors,
        )
        agreed = msgspec.structs.replace(partner, x12=style)
        terms = [terms_of(each) for each in agreements]
        return self._library.knowledge(name, mappings, orders, agreed, terms)

    def partner(self, name: str) -> Partner:
        """A partner by its name."""
        return self.configuration.partners[name]


def terms_of(agreement: Agreement) -> DocumentTerms:
    """What an agreement says of how its document is read and written."""
    return DocumentTerms(
        document=agreement.document,
        format=agreement.format,
        zone=agreement.zone,
        dates=agreement.date_patterns,
        crossrefs=agreement.crossrefs,
        guide=agreement.guide,
        tolerant=agreement.tolerances.form,
    )
