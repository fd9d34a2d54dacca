"""Our schemas say field by field what Amazon's models say; every departure is listed with its reason."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from jsonschema import Draft202012Validator

from gateway.formats.json import Json, JsonObject
from gateway.spapi.contents import Kind
from gateway.spapi.shape import Shape, folded
from tests.shared import SHARED, needs_shared
from tests.spapi.schemas import group, read, single, source

MODELS = {
    Kind.ORDER: ("vendor-orders-api-model/vendorOrders.json", "OrderList"),
    Kind.ACKNOWLEDGEMENT: ("vendor-orders-api-model/vendorOrders.json", "SubmitAcknowledgementRequest"),
    Kind.SHIPMENT_CONFIRMATION: (
        "vendor-shipments-api-model/vendorShipments.json",
        "SubmitShipmentConfirmationsRequest",
    ),
    Kind.INVOICE: ("vendor-invoices-api-model/vendorInvoices.json", "SubmitInvoicesRequest"),
}

NOT_COMPARED = {"description", "title", "additionalProperties", "x-docgen-enum-table-extension", "example"}

DECIMAL_REASON = "the model writes the pattern into the description only"
LIST_REASON = "without its list a body says nothing, so an empty object must not pass for one"

# (kind, where, keyword) -> why ours differs from the model; a row that no longer applies fails.
DEPARTURES: dict[tuple[Kind, str, str], str] = {
    (Kind.ORDER, "Decimal", "pattern"): DECIMAL_REASON,
    (Kind.ACKNOWLEDGEMENT, "Decimal", "pattern"): DECIMAL_REASON,
    (Kind.SHIPMENT_CONFIRMATION, "Decimal", "pattern"): DECIMAL_REASON,
    (Kind.INVOICE, "Decimal", "pattern"): DECIMAL_REASON,
    (Kind.ORDER, "DateTimeInterval", "pattern"): "the model says start--end in words only",
    (Kind.ORDER, "OrderList", "required"): LIST_REASON,
    (Kind.ACKNOWLEDGEMENT, "SubmitAcknowledgementRequest", "required"): LIST_REASON,
    (Kind.SHIPMENT_CONFIRMATION, "SubmitShipmentConfirmationsRequest", "required"): LIST_REASON,
    (Kind.INVOICE, "SubmitInvoicesRequest", "required"): LIST_REASON,
}


def model_of(kind: Kind) -> tuple[JsonObject, str]:
    file, root = MODELS[kind]
    return group(read(SHARED / "spapi" / "models" / file)["definitions"]), root


def differences(theirs: Json, ours: Json, where: str) -> Iterator[tuple[str, str]]:
    """(place, keyword) of every fact that stands on one side only or differs."""
    their_facts, our_facts = group(theirs), group(ours)
    if "$ref" in their_facts or "$ref" in our_facts:
        if name_of(their_facts.get("$ref")) != name_of(our_facts.get("$ref")):
            yield where, "$ref"
        return
    for keyword in sorted((their_facts.keys() | our_facts.keys()) - NOT_COMPARED):
        left, right = their_facts.get(keyword), our_facts.get(keyword)
        if keyword == "properties":
            yield from differences_of_fields(group(left or {}), group(right or {}), where)
        elif keyword == "items" and left and right:
            yield from differences(left, right, f"{where}[]")
        elif keyword == "required" and isinstance(left, list) and isinstance(right, list):
            if sorted(map(str, left)) != sorted(map(str, right)):
                yield where, keyword
        elif left != right:
            yield where, keyword


def differences_of_fields(theirs: JsonObject, ours: JsonObject, where: str) -> Iterator[tuple[str, str]]:
    for name in sorted(theirs.keys() | ours.keys()):
        if name in theirs and name in ours:
            yield from differences(theirs[name], ours[name], f"{where}.{name}")
        else:
            yield f"{where}.{name}", "only in the model" if name in theirs else "only in ours"


def name_of(reference: Json) -> str | None:
    return reference.rpartition("/")[2] if isinstance(reference, str) else None


def referred(tree: Json) -> Iterator[str]:
    """The names of all definitions that a part of a schema refers to."""
    if isinstance(tree, dict):
        if name := name_of(tree.get("$ref")):
            yield name
        for key, value in tree.items():
            if key != "example":
                yield from referred(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from referred(value)


def reachable(definitions: JsonObject, root: str) -> set[str]:
    reached: set[str] = set()
    waiting = [root]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting.extend(referred(definitions[name]))
    return reached


@needs_shared
@pytest.mark.parametrize("kind", Kind)
def test_every_definition_of_the_model_is_there_and_no_other(kind: Kind) -> None:
    model, root = model_of(kind)
    assert group(source(kind)["$defs"]).keys() == reachable(model, root) - {root}


@needs_shared
@pytest.mark.parametrize("kind", Kind)
def test_every_field_is_as_in_the_model(kind: Kind) -> None:
    model, root = model_of(kind)
    ours = source(kind)
    found = {
        (kind, *difference)
        for name in reachable(model, root) - {root}
        for difference in differences(model[name], group(ours["$defs"])[name], name)
    }
    top = {key: value for key, value in ours.items() if not key.startswith("$")}
    found |= {(kind, *difference) for difference in differences(model[root], top, root)}
    assert found == {departure for departure in DEPARTURES if departure[0] == kind}


@needs_shared
def test_the_comparison_sees_both_directions() -> None:
    theirs: Json = {
        "type": "object",
        "required": ["a"],
        "properties": {
            "a": {"type": "string", "maxLength": 2},
            "b": {"type": "integer"},
            "e": {"enum": ["X"]},
        },
    }
    ours: Json = {
        "type": "object",
        "properties": {"a": {"type": "string"}, "c": {"$ref": "#/$defs/C"}, "e": {"enum": ["X", "Y"]}},
    }
    assert set(differences(theirs, ours, "Part")) == {
        ("Part", "required"),
        ("Part.a", "maxLength"),
        ("Part.b", "only in the model"),
        ("Part.c", "only in ours"),
        ("Part.e", "enum"),
    }


@needs_shared
@pytest.mark.parametrize("kind", Kind)
def test_no_description_is_taken_over_from_the_model(kind: Kind) -> None:
    def descriptions(tree: Json) -> Iterator[str]:
        if isinstance(tree, dict):
            text = tree.get("description")
            if isinstance(text, str):
                yield text.rstrip(". ").casefold()
            for value in tree.values():
                yield from descriptions(value)
        elif isinstance(tree, list):
            for value in tree:
                yield from descriptions(value)

    model, _ = model_of(kind)
    assert set(descriptions(source(kind))) & set(descriptions(model)) == set()


@pytest.mark.parametrize("kind", Kind)
def test_each_schema_is_valid_itself(kind: Kind) -> None:
    Draft202012Validator.check_schema(source(kind))


def objects(tree: Json) -> Iterator[JsonObject]:
    if isinstance(tree, dict):
        if tree.get("type") == "object":
            yield tree
        for value in tree.values():
            yield from objects(value)


@pytest.mark.parametrize("kind", Kind)
def test_no_object_takes_unknown_fields_and_every_field_is_described(kind: Kind) -> None:
    for part in objects(source(kind)):
        assert part.get("additionalProperties") is False
        for name, field in group(part["properties"]).items():
            target = group(field)
            if "$ref" in target and "description" not in target:
                target = group(group(source(kind)["$defs"])[str(name_of(target["$ref"]))])
            assert target.get("description"), (kind, name)


@pytest.mark.parametrize("kind", Kind)
def test_every_spelling_leads_to_one_word_of_its_list(kind: Kind) -> None:
    def lists(shape: Shape) -> Iterator[Shape]:
        if shape.enum:
            yield shape
        for field in (*shape.fields.values(), *([shape.items] if shape.items else [])):
            yield from lists(field)

    for shape in lists(single(kind).shape):
        assert len({folded(word) for word in shape.enum}) == len(shape.enum), shape.enum
        for word in shape.enum:
            assert shape.words[folded(word)] == word
