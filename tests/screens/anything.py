"""Variables for any shipped document: of the right types, and about nothing that there is."""

from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    OperationDefinitionNode,
    is_required_input_field,
    parse,
    type_from_ast,
)

from backend import schema as schemas
from tests.cast import SHIPPED

_SCALARS: dict[str, Any] = {
    "String": "something",
    "ID": "xyz_1",
    "Int": 1,
    "Long": 1,
    "Boolean": True,
    "Date": "2026-06-15",
    "DateTime": "2026-06-15T04:00:00+00:00",
    "ActDetails": {},
}
# Whoever names one of these is asked who they are only when it could be one.
_IDS = {"campaignId": "cmp_1", "objectionId": "rob_1"}


def something_for(document: str) -> dict[str, Any]:
    """Return a value for each variable that a document must have."""
    built = schemas.build()._schema
    (operation,) = parse(SHIPPED[document]).definitions
    assert isinstance(operation, OperationDefinitionNode)
    values = {}
    for one in operation.variable_definitions or ():
        kind = type_from_ast(built, one.type)
        if isinstance(kind, GraphQLNonNull):
            values[one.variable.name.value] = _value(kind)
    return values


def _value(kind: GraphQLInputType) -> Any:
    if isinstance(kind, GraphQLNonNull):
        return _value(kind.of_type)
    if isinstance(kind, GraphQLList):
        return [_value(kind.of_type)]
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    if isinstance(kind, GraphQLInputObjectType):
        wanted = {name: field for name, field in kind.fields.items() if is_required_input_field(field)}
        if not wanted:  # exactly one is wanted
            wanted = dict([next(iter(kind.fields.items()))])
        return {field: _IDS.get(field) or _value(one.type) for field, one in wanted.items()}
    return _SCALARS[kind.name]
