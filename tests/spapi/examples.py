"""Amazon's own examples, read in place: the sandbox folder and what is embedded in the models."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from gateway.formats.json import Json, JsonObject
from tests.shared import SHARED
from tests.spapi.schemas import group, read

MODELS = (
    "orders-api-model/vendorOrders",
    "shipments-api-model/vendorShipments",
    "invoices-api-model/vendorInvoices",
)


class Example(NamedTuple):
    """One body or answer; `refused` when the call it belongs to is a deliberate failure."""

    name: str
    tree: Json
    refused: bool


@cache
def examples() -> tuple[Example, ...]:
    """Every retail example there is; nothing when the reference material is absent."""
    if not SHARED.is_dir():
        return ()
    return (*_of_the_sandbox(), *_of_the_models())


def _of_the_sandbox() -> Iterator[Example]:
    for folder in ("vendorOrders", "vendorShipments"):
        for file in sorted((SHARED / "spapi" / "sandbox" / folder).glob("*-request.json")):
            name = file.name.removesuffix("-request.json")
            answer = read(file.with_name(f"{name}-response.json"))
            refused = "errors" in answer
            if (body := read(file)["body"]) is not None:
                yield Example(f"sandbox {name} request", body, refused)
            yield Example(f"sandbox {name} response", answer, refused)


def _of_the_models() -> Iterator[Example]:
    for model in MODELS:
        tree = read(SHARED / "spapi" / "models" / f"vendor-{model}.json")
        for path in group(tree["paths"]).values():
            for verb, operation in group(path).items():
                if verb != "parameters":
                    yield from _of_an_operation(group(operation))


def _of_an_operation(operation: JsonObject) -> Iterator[Example]:
    name = f"model {operation['operationId']}"
    for parameter in _entries(operation["parameters"]):
        schema = parameter.get("schema")
        if isinstance(schema, dict) and "example" in schema:
            yield Example(f"{name} parameter", schema["example"], False)
    for status, answer in group(operation["responses"]).items():
        refused = not status.startswith("2")
        for media, example in group(group(answer).get("examples", {})).items():
            # One example lacks its media type: its key is the first key of the answer itself.
            tree = example if "/" in media else {media: example}
            yield Example(f"{name} {status} example", tree, refused)
        static = group(group(answer).get("x-amzn-api-sandbox", {})).get("static", [])
        behaviours = group(answer).get("x-amazon-spds-sandbox-behaviors", [])
        for number, pair in enumerate((*_entries(static), *_entries(behaviours)), 1):
            body = group(group(pair["request"]).get("parameters", {})).get("body", {})
            if "value" in group(body):
                yield Example(f"{name} {status} request {number}", group(body)["value"], refused)
            yield Example(f"{name} {status} response {number}", pair["response"], refused)


def _entries(value: Json) -> list[JsonObject]:
    assert isinstance(value, list)
    return [group(entry) for entry in value]
