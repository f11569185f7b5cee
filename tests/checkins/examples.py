"""Examples of every kind's details, made from its JSON Schema alone, so that a new kind needs no example here."""

import itertools
from collections.abc import Mapping
from typing import Any

from backend.checkins import details as details_of
from backend.checkins.errors import DetailInvalid
from backend.checkins.kind import Details, Kind

Schema = Mapping[str, Any]


def schema_of(kind: Kind[Details]) -> Schema:
    """Return the JSON Schema that clients see."""
    return kind.details.model_json_schema()


def properties(kind: Kind[Details]) -> dict[str, Schema]:
    """Return each detail's own schema, references followed."""
    whole = schema_of(kind)
    return {name: _resolved(one, whole) for name, one in whole.get("properties", {}).items()}


def numeric(kind: Kind[Details]) -> list[str]:
    """Name the details that are amounts."""
    return [name for name, one in properties(kind).items() if _number(one)]


def accepted(kind: Kind[Details]) -> list[dict[str, Any]]:
    """Return every combination of the details' values that the kind accepts."""
    names = list(properties(kind))
    values = [_values(one) for one in properties(kind).values()]
    tried = [dict(zip(names, combination, strict=True)) for combination in itertools.product(*values)]
    return [one for one in tried if _reads(kind, one)]


def _reads(kind: Kind[Details], details: dict[str, Any]) -> bool:
    try:
        details_of.read(kind, details)
    except DetailInvalid:
        return False
    return True


def _resolved(schema: Schema, whole: Schema) -> Schema:
    references = [schema, *schema.get("allOf", ())]
    for one in references:
        if "$ref" in one:
            found: Schema = whole["$defs"][one["$ref"].rpartition("/")[2]]
            return found
    return schema


def _number(schema: Schema) -> Schema | None:
    options = [schema, *schema.get("anyOf", ())]
    return next((one for one in options if one.get("type") in {"integer", "number"}), None)


def _values(schema: Schema) -> list[Any]:
    if "enum" in schema:
        return list(schema["enum"])
    if "const" in schema:
        return [schema["const"]]
    if schema.get("type") == "boolean":
        return [True, False]
    number = _number(schema)
    assert number is not None, f"these tests do not know how to make an example of {dict(schema)}"
    most = number.get("maximum", number.get("exclusiveMaximum"))
    assert most is not None, f"an amount without an upper bound invites nonsense: {dict(schema)}"
    return [1, 2]
