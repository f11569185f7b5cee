"""The contract: the SDL is fresh, everything in it is described and used, and mutations answer with problems."""

from pathlib import Path

import pytest
from graphql import (
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLUnionType,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    build_schema,
    get_named_type,
    parse,
    print_schema,
    validate,
    visit,
)
from graphql.language import FieldNode, OperationType

from backend import schema as schemas
from backend.core import documents, paths
from tests.cast import SHIPPED

FOLDER = paths.folder("graphql")
SDL = (FOLDER / "schema.graphql").read_text(encoding="utf-8")
SCHEMA = build_schema(SDL)


class Used(Visitor):
    """Collects type.field of everything that the documents ask for."""

    def __init__(self, known: TypeInfo) -> None:
        super().__init__()
        self.known = known
        self.fields: set[str] = set()

    def enter_field(self, node: FieldNode, *_: object) -> None:
        parent = self.known.get_parent_type()
        assert parent is not None
        self.fields.add(f"{parent.name}.{node.name.value}")


def used() -> set[str]:
    known = TypeInfo(SCHEMA)
    collector = Used(known)
    for text in SHIPPED.values():
        visit(parse(text), TypeInfoVisitor(known, collector))
    return collector.fields


def own_types() -> list[GraphQLObjectType | GraphQLInterfaceType]:
    return [
        one
        for name, one in SCHEMA.type_map.items()
        if isinstance(one, GraphQLObjectType | GraphQLInterfaceType) and not name.startswith("__")
    ]


def test_the_committed_sdl_is_what_the_code_builds() -> None:
    built = schemas.build()

    assert str(built).strip() == SDL.strip()
    assert print_schema(build_schema(str(built))) == print_schema(SCHEMA)


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_a_shipped_document_is_valid_and_named_after_its_file(name: str) -> None:
    parsed = parse(SHIPPED[name])
    (operation,) = parsed.definitions

    assert validate(SCHEMA, parsed) == []
    assert isinstance(operation, OperationDefinitionNode)
    assert operation.name is not None
    assert operation.name.value == name.partition(".")[0]  # a later version, as in Kinds.v2, keeps the name


def test_every_shipped_document_has_an_id_of_its_own() -> None:
    loaded = documents.load(FOLDER / "operations", schemas.build()._schema)

    assert sorted(one.name for one in loaded.values()) == sorted(SHIPPED)
    assert len(loaded) == len(list((FOLDER / "operations").rglob("*.graphql")))


def test_every_root_field_and_every_field_of_the_viewer_is_used_by_a_document() -> None:
    asked = used()
    offered = {
        f"{name}.{field}"
        for name in ("Query", "Mutation", "Viewer")
        for field in SCHEMA.type_map[name].fields  # type: ignore[attr-defined]
    }

    assert offered <= asked, sorted(offered - asked)


def test_every_field_of_a_result_is_used_by_a_document() -> None:
    asked = used()
    problem = SCHEMA.type_map["Problem"]
    offered = {
        f"{one.name}.{field}"
        for one in own_types()
        if one is not problem and problem not in getattr(one, "interfaces", ())
        for field in one.fields
    }
    assert offered <= asked, sorted(offered - asked)


def test_everything_is_described() -> None:
    silent = []
    for name, one in SCHEMA.type_map.items():
        if name.startswith("__") or name in ("Int", "String", "Boolean", "ID", "Float"):
            continue
        silent += [name] * (not one.description)
        for field_name, field in getattr(one, "fields", {}).items():
            silent += [f"{name}.{field_name}"] * (not field.description)
            silent += [
                f"{name}.{field_name}({a})" for a, given in getattr(field, "args", {}).items() if not given.description
            ]

    assert silent == []


def test_every_mutation_that_can_go_wrong_takes_one_input_and_answers_with_a_union_of_results_and_problems() -> None:
    mutation, problem = SCHEMA.mutation_type, SCHEMA.type_map["Problem"]
    assert mutation is not None

    for name, field in mutation.fields.items():
        if name in {"signOut", "forgetSteps"}:  # nothing can go wrong that the caller could act on
            continue
        answer = get_named_type(field.type)
        assert list(field.args) == ["input"], name
        assert isinstance(answer, GraphQLUnionType), name
        assert answer.name == f"{name[0].upper()}{name[1:]}Result"
        results = [one for one in answer.types if problem not in one.interfaces]
        assert len(results) == 1, name
        assert len(answer.types) > 1, name


def test_no_value_is_a_float_and_no_total_is_a_32_bit_number() -> None:
    totals = ("points", "milligrams", "value", "amount")
    kinds = {
        f"{one.name}.{name}": str(get_named_type(field.type))
        for one in own_types()
        for name, field in one.fields.items()
    }

    assert "Float" not in kinds.values()
    assert {
        kinds[name]
        for name in kinds
        if name.split(".")[1] in totals and not name.startswith(("CampaignKind", "KindChange"))
    } <= {
        "Long",
        "String",
    }


def test_a_query_changes_nothing_and_the_graphql_folder_holds_no_python() -> None:
    for text in SHIPPED.values():
        (operation,) = parse(text).definitions
        assert isinstance(operation, OperationDefinitionNode)
        assert operation.operation in (OperationType.QUERY, OperationType.MUTATION)
    assert list(Path(FOLDER).rglob("*.py")) == []
