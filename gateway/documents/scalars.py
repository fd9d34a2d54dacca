"""The simple values canonical documents are made of, each with what makes it valid.

The same annotations are read by the typed decode, by the generated checks and by the export to JSON Schema,
so a rule stands once. A description is worded to follow "this is not …" in a finding,
and short enough not to be cut there.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Annotated, Final

from msgspec import Meta

CODE_PATTERN: Final = r"^(?:[a-z][a-z0-9_]*|[a-z][a-z0-9]*:[^\n]+)$"
DECIMAL_PATTERN: Final = r"^-?[0-9]{1,18}(?:\.[0-9]+)?(?:E[+-]?[0-9]{1,2})?$"
DAY_PATTERN: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
TIME_PATTERN: Final = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:[0-9]{2})$"
)

MAX_COUNT: Final = (
    999_999_999  # the longest whole number an X12 element of these documents holds (type N0, 9)
)

Code = Annotated[
    str,
    Meta(
        pattern=CODE_PATTERN,
        description="a word of the code lists (`each`) or `format:code`",
    ),
]
Identifier = Annotated[str, Meta(min_length=1, description="text that is not empty")]
Currency = Annotated[
    str, Meta(pattern=r"^[A-Z]{3}$", description="a currency of ISO 4217, three capital letters")
]
Country = Annotated[
    str, Meta(pattern=r"^[A-Z]{2,3}$", description="a country of ISO 3166, two or three capital letters")
]
Number = Annotated[
    Decimal,
    Meta(
        description="a decimal number as text, such as `12.50`",
        extra_json_schema={"pattern": DECIMAL_PATTERN},
    ),
]
Count = Annotated[int, Meta(ge=0, le=MAX_COUNT, description=f"a whole number from 0 to {MAX_COUNT}")]
Day = Annotated[
    datetime.date,
    Meta(
        description="a day of the calendar, such as `2026-01-31`", extra_json_schema={"pattern": DAY_PATTERN}
    ),
]
Time = Annotated[
    datetime.datetime,
    Meta(
        tz=True,
        description="a time with its offset, such as `2026-01-31T08:00:00Z`",
        extra_json_schema={"pattern": TIME_PATTERN},
    ),
]

Ext = dict[str, dict[str, str | tuple[str, ...]]]
"""What a format says and no row of its table claims: format, then place, then what stood there.

A value is the text that stood at the place, or the texts of a place that repeats. Under a JSON format the
text is that of the JSON value (`"12"` with its quotes is a string, `12` without them a number), so that it
is written back exactly. Example: `{"x12": {"SAC14": "TRADE DISCOUNT", "REF": ("REF*ZZ*1",)}}`.
"""
