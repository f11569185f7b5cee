"""Run migrations, with the connection that the caller opened or one for the configured database."""

from alembic import context
from sqlalchemy import Connection, create_engine, text

from backend import tables
from backend.settings import Settings


def render_item(kind: str, item: object, _: object) -> str | bool:
    """Write our own column types by what they are in the database, so that a migration needs no import of ours."""
    name = type(item).__name__
    if kind != "type":
        return False
    return {"UtcDateTime": "sa.DateTime(timezone=True)", "AutoString": _text(item)}.get(name, False)


def _text(item: object) -> str:
    length = getattr(item, "length", None)
    return f"sa.String(length={length})" if length else "sa.Text()"


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=tables.METADATA,
        render_as_batch=connection.dialect.name == "sqlite",
        render_item=render_item,
        compare_type=False,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        if connection.dialect.name == "postgresql":
            # A migration that cannot get its lock soon gives up rather than stop everybody.
            connection.execute(text("SET LOCAL lock_timeout = '4s'"))
            connection.execute(text("SET LOCAL statement_timeout = '5min'"))
        context.run_migrations()


def run() -> None:
    """Use the caller's connection if there is one."""
    given = context.config.attributes.get("connection")
    if given is not None:
        _run(given)
        return
    url = Settings().database_url.replace("+aiosqlite", "")
    with create_engine(url).connect() as connection:
        _run(connection)
        connection.commit()


run()
