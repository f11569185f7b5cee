"""Statements that are built once and sent often: one text whatever the number of values.

`IN (…)` has a new text for each length, which every layer then parses, compiles and plans anew. Here a list
travels as one parameter: an array for PostgreSQL (`= ANY`), JSON for SQLite (`json_each`).
"""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Boolean, Dialect, Executable, String, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ColumnElement
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from backend.core.db import ReadSession


class _Many(TypeDecorator[Sequence[Any]]):
    """A list of values as one parameter."""

    impl = String
    cache_ok = True
    item: TypeEngine[Any] = String()

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Choose what carries the list."""
        return dialect.type_descriptor(String() if dialect.name == "sqlite" else ARRAY(self.item))

    def process_bind_param(self, value: Sequence[Any] | None, dialect: Dialect) -> Any:
        """Write the list down."""
        assert value is not None, "a list that is not there is an empty list"
        return json.dumps(list(value)) if dialect.name == "sqlite" else list(value)


class Numbers(_Many):
    """A list of whole numbers."""

    cache_ok = True
    item = BigInteger()


class Texts(_Many):
    """A list of texts."""

    cache_ok = True


class _AnyOf(FunctionElement[bool]):
    name = "any_of"
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:
        """Stand as a condition as it is: SQLAlchemy would write `… = 1` for SQLite, and no index would serve that."""
        del against
        return self


def any_of(column: Any, parameter: str, kind: type[_Many] = Numbers) -> ColumnElement[bool]:
    """Say that a column has one of the values of the list parameter of that name."""
    return _AnyOf(column, bindparam(parameter, type_=kind()))


@compiles(_AnyOf)
def _any_of_array(element: _AnyOf, compiler: SQLCompiler, **options: Any) -> str:
    column, values = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} = ANY({values})"


@compiles(_AnyOf, "sqlite")
def _any_of_json(element: _AnyOf, compiler: SQLCompiler, **options: Any) -> str:
    column, values = (compiler.process(clause, **options) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({values}))"  # noqa: S608 - the compiler's own output


async def rows(session: ReadSession, statement: Executable, **parameters: Any) -> Sequence[Any]:
    """Run a statement over plain columns and return all its rows, without the object mapper in between."""
    connection = await session.connection()
    return (await connection.execute(statement, parameters)).all()
