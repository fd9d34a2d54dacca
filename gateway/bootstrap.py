"""Where the parts are chosen and put together: the data files of a workspace, and what is made of them."""

from __future__ import annotations

from functools import cached_property

from gateway.agreements.partner import Partner, parse_partner
from gateway.formats.x12.definitions import Release
from gateway.schema.load import load_envelope, load_release, releases
from gateway.schema.validator import Validator
from gateway.workspace import Workspace

X12_SCHEMAS = "schemas/x12"


class Library:
    """What a workspace knows, read when it is first asked for. Faulty data files raise `DataFileError`."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    @cached_property
    def x12_texts(self) -> dict[str, str]:
        """The schema files of X12 by path."""
        return self.workspace.texts(X12_SCHEMAS)

    @cached_property
    def releases(self) -> dict[str, Release]:
        """The installed releases of X12."""
        return {name: load_release(self.x12_texts, name) for name in releases(self.x12_texts)}

    @cached_property
    def service_segments(self) -> Release:
        """The segments ISA to IEA."""
        return load_envelope(self.x12_texts)

    @cached_property
    def validator(self) -> Validator:
        """The checks of X12 against every installed release."""
        return Validator(self.releases, self.service_segments)

    def partner(self, name: str) -> Partner:
        """The partner described by `partners/<name>/partner.yaml`; `UsageError` when there is none."""
        relative = f"partners/{name}/partner.yaml"
        return parse_partner(self.workspace.read(relative), relative)
