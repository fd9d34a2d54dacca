"""Codecs: pairs of inverse functions between what a format says and what a canonical field holds."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.mapping.cells import CellError
from gateway.mapping.codec import Codec
from gateway.mapping.codecs import coded, entries, moments, numbers, shared_places, texts
from gateway.mapping.codecs.model import CodecError, Factory, Setting
from gateway.suggestions import suggestion

__all__ = ["CODECS", "CodecError", "Setting", "make_codec"]


def make_codec(name: str, setting: Setting) -> Codec:
    """The codec of this name for one row; `CellError` tells the table's author what does not fit."""
    factory = CODECS.get(name)
    if factory is None:
        raise CellError(f"there is no codec `{name[:40]}`{suggestion(name, CODECS)}")
    try:
        return factory(setting)
    except CellError as fault:
        raise CellError(f"`{name}`: {fault}") from fault


CODECS: Mapping[str, Factory] = {
    "text": texts.text,
    "raw": texts.raw,
    "digits": texts.digits,
    "list": texts.texts,
    "split": texts.split,
    "bool": texts.boolean,
    "flag": texts.flag,
    "decimal": numbers.decimal,
    "integer": numbers.integer,
    "implied": numbers.implied,
    "scaled": numbers.scaled,
    "date": moments.day,
    "datetime": moments.moment,
    "interval": moments.interval,
    "code": coded.code,
    "pairs": coded.pairs_with(make_codec),
    "container": coded.container,
    "entries": entries.entries,
    "sscc": coded.sscc,
    "unit-price": shared_places.unit_price_with(make_codec),
    "schedule": shared_places.schedule,
    "order-date": shared_places.order_date,
}
"""Every codec by its name in tables."""
