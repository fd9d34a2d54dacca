"""Codecs of places that X12 uses for several fields in turn: which one is meant, another place tells."""

from __future__ import annotations

from collections.abc import Callable

from gateway.documents.parts import Moment
from gateway.mapping.bound import FieldKind
from gateway.mapping.cells import CellError
from gateway.mapping.codec import Codec, CodeRows, Priced
from gateway.mapping.codecs.model import CodecError, Setting, refuse, text_of
from gateway.mapping.codecs.moments import day
from gateway.mapping.codecs.numbers import decimal
from gateway.mapping.plan import FormatKind, Origin

__all__ = ["order_date", "schedule", "unit_price_with"]

NOT_STATED = "not_stated"  # a price whose basis the sender left open
NET, LIST = "per_each", "retail_each"  # element 639: PE is the net price of a unit, RE its list price

Make = Callable[[str, Setting], Codec]


def unit_price_with(make_codec: Make) -> Callable[[Setting], Codec]:
    """`unit-price(list)`: `price+price_basis+list_price` at amount, basis code and a place for a list price.

    An amount with the basis RE is the list price, any other the net price. Writing both puts the list price
    at the third place. No basis in the document is PE, a blank basis in X12 is `not_stated`.
    """

    def unit_price(setting: Setting) -> Codec:
        _expect(setting, (FieldKind.DECIMAL, FieldKind.TEXT, FieldKind.DECIMAL), places=3, arguments=1)
        number = decimal(Setting(format=setting.format, fields=(FieldKind.DECIMAL,)))
        basis = make_codec(
            "code",
            Setting(
                format=setting.format,
                fields=(FieldKind.TEXT,),
                arguments=setting.arguments,
                lists=setting.lists,
            ),
        )

        def read(amount: object, code: object, listed: object) -> tuple[object, object, object]:
            list_price = None if listed is None else number.read(listed)
            word = NOT_STATED if code is None else basis.read(code)
            if amount is None:
                return None, None if code is None else word, list_price
            price = number.read(amount)
            if word != LIST:
                return price, None if word == NET else word, list_price
            if list_price is not None and list_price != price:
                raise refuse(listed, f"the list price is {text_of(amount)} at another place")
            return None, None, price

        def write(price: object, word: object, list_price: object) -> tuple[object, object, object]:
            if price is None and list_price is not None and word is None:
                return number.write(list_price), basis.write(LIST), None
            if word == LIST:
                raise CodecError(
                    "mapping-value", text_of(word), reason="the price would be read as a list price"
                )
            listed = None if list_price is None else number.write(list_price)
            if price is None:
                return None, None if word in (None, NOT_STATED) else basis.write(word), listed
            code = None if word == NOT_STATED else basis.write(NET if word is None else word)
            return number.write(price), code, listed

        def read_row(amount: object, code: object, listed: object) -> Origin | None:
            return None if code is None or basis.rows is None else basis.rows.read(code)

        def write_row(price: object, word: object, list_price: object) -> Origin | None:
            told = LIST if price is None and word is None else NET if word is None else word
            return None if told == NOT_STATED or basis.rows is None else basis.rows.write(told)

        def placed(code: object) -> tuple[str | None, bool]:
            word = NOT_STATED if code is None else text_of(basis.read(code))
            return (None, True) if word == LIST else (None if word == NET else word, False)

        priced = None if number.usual is None else Priced(number.usual.read, placed)
        return Codec("unit-price", read, write, rows=CodeRows(read_row, write_row), priced=priced)

    return unit_price


def schedule(setting: Setting) -> Codec:
    """`schedule`: `ship_date+delivery_date` at a place for each; two more are read for a delivery date.

    X12 855: ACK04 tells which date ACK05 is, 067 being the delivery as scheduled and 017 the delivery as
    estimated; where ACK05 has the ship date, the delivery date stands in a DTM.
    """
    _expect(setting, (FieldKind.MOMENT, FieldKind.MOMENT), places=4)
    date = day(Setting(format=setting.format, fields=(FieldKind.MOMENT,), zone=setting.zone))

    def read(ship: object, scheduled: object, estimated: object, beside: object) -> tuple[object, object]:
        delivery = estimated if scheduled is None else scheduled
        if delivery is not None and beside is not None and delivery != beside:
            raise refuse(beside, f"the delivery is promised for {text_of(delivery)} at another place")
        arrives = beside if delivery is None else delivery
        return None if ship is None else date.read(ship), None if arrives is None else date.read(arrives)

    def write(ship: Moment | None, delivery: Moment | None) -> tuple[object, object, object, object]:
        arrives = None if delivery is None else date.write(delivery)
        if ship is None:
            return None, arrives, None, None
        return date.write(ship), None, None, arrives

    return Codec("schedule", read, write, memo_read=True, memo_write=True)


def order_date(setting: Setting) -> Codec:
    """`order-date`: `date+order_date` at two places; the first is the order's date when the second is used.

    X12 855: BAK04 is the date of the order and BAK09 that of the acknowledgment, but senders who do not use
    BAK09 put the date of the acknowledgment in BAK04.
    """
    _expect(setting, (FieldKind.MOMENT, FieldKind.MOMENT), places=2)
    date = day(Setting(format=setting.format, fields=(FieldKind.MOMENT,), zone=setting.zone))

    def read(first: object, second: object) -> tuple[object, object]:
        given = None if first is None else date.read(first)
        return (given, None) if second is None else (date.read(second), given)

    def write(own: Moment | None, of_order: Moment | None) -> tuple[object, object]:
        answered = None if own is None else date.write(own)
        return (answered, None) if of_order is None else (date.write(of_order), answered)

    return Codec("order-date", read, write, memo_read=True, memo_write=True)


def _expect(setting: Setting, kinds: tuple[FieldKind, ...], places: int, arguments: int = 0) -> None:
    if setting.format is not FormatKind.X12:
        raise CellError("this codec is for X12, where these fields share places")
    if setting.fields != kinds:
        wanted = ", ".join(kind.value for kind in kinds)
        raise CellError(f"this codec makes {len(kinds)} fields ({wanted})")
    setting.expect_places(places)
    setting.expect_arguments(arguments, arguments)
