"""The figures of speed: what we do with the files, and what pyx12 and plain Python do with the same ones."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from bench.corpora import Corpora
from bench.figures import Bound
from bench.turns import Comparison, Cost, Pass

TIMES = "×"

PASSES: Mapping[str, Pass] = MappingProxyType(
    {
        "pyx12": Pass("pyx12: map validation with 997", "pyx12", "validate", lambda held: held.first_orders),
        "maps": Pass(
            "pyx12: of this, loading its maps", "pyx12", "load", lambda held: held.first_orders, by_file=True
        ),
        "validate": Pass("850s: read + validate", "ours", "validate", lambda held: held.orders),
        "canonical": Pass("850s: read + validate + canonical", "ours", "canonical", lambda held: held.orders),
        "spapi": Pass("850s to SP-API JSON", "ours", "translate", lambda held: held.orders),
        "split": Pass("850s: bytes.split alone", "ours", "split", lambda held: held.orders),
        "files": Pass("files of one 850 to canonical", "ours", "canonical", lambda held: held.files),
        "cartons": Pass("856s to canonical", "ours", "canonical", lambda held: held.notices),
    }
)


def _orders(held: Corpora) -> int:
    return held.orders.sets


PYX12 = Cost("pyx12", lambda held: held.first_orders.sets, less="maps")
A_BYTE = Cost("canonical", lambda held: held.orders.bytes)
A_SEGMENT = Cost("canonical", lambda held: held.orders.segments)
TWICE = Bound(2, at_least=False, unit=TIMES)

FIGURES: Mapping[str, Comparison] = MappingProxyType(
    {
        "canonical": Comparison(
            "850s read, validated, made canonical: times pyx12",
            Bound(50, 70, unit=TIMES),
            PYX12,
            Cost("canonical", _orders),
        ),
        "validate": Comparison(
            "850s read and validated alone: times pyx12",
            Bound(None, unit=TIMES),
            PYX12,
            Cost("validate", _orders),
        ),
        "spapi": Comparison(
            "850s to SP-API JSON, checked and read back: times pyx12",
            Bound(35, 50, unit=TIMES),
            PYX12,
            Cost("spapi", _orders),
        ),
        "split": Comparison(
            "bytes.split alone: times our read + validate",
            Bound(10, at_least=False, unit=TIMES),
            Cost("validate", _orders),
            Cost("split", _orders),
        ),
        "files": Comparison(
            "files of one 850: time for a byte, against the 850s in one",
            TWICE,
            Cost("files", lambda held: held.files.bytes),
            A_BYTE,
        ),
        "cartons": Comparison(
            "856s of many cartons: time for a segment, against the 850s",
            TWICE,
            Cost("cartons", lambda held: held.notices.segments),
            A_SEGMENT,
        ),
    }
)
