"""All targets of the soak by name."""

from __future__ import annotations

from types import MappingProxyType

from tests.soak.documents import DOCUMENTS
from tests.soak.promise import Target
from tests.soak.tables import TABLES
from tests.soak.workbooks import WORKBOOKS

__all__ = ["TARGETS"]

TARGETS = MappingProxyType[str, Target]({target.name: target for target in (*DOCUMENTS, TABLES, WORKBOOKS)})
