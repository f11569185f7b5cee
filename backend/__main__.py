"""The command line: `python -m backend <command>`, every command there is."""

import asyncio
import socket
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from uvicorn.supervisors import Multiprocess

from backend import commands, proofs, verification
from backend import schema as schemas
from backend.campaigns import calendar, message_sheet
from backend.campaigns import themes as theme_packs
from backend.carbon import factors
from backend.checkins.kind import all_kinds
from backend.core import logs, paths
from backend.core.errors import Unavailable

cli = typer.Typer(no_args_is_help=True, add_completion=False, help="Tanhui 碳惠: run and look after the service.")
themes_cli = typer.Typer(no_args_is_help=True, help="Theme packs, factors and the calendar.")
cli.add_typer(themes_cli, name="themes")
cli.add_typer(commands.institutions_cli, name="institutions")
cli.add_typer(commands.roles_cli, name="roles")
cli.add_typer(commands.roster_cli, name="roster")
cli.add_typer(proofs.seal_cli, name="seal")
cli.add_typer(proofs.draw_cli, name="draw")
cli.add_typer(proofs.screens_cli, name="screens")


@cli.command()
def serve() -> None:
    """Serve the API."""
    settings = commands.read_settings()
    try:
        listener = socket.create_server((settings.host, settings.port), reuse_port=False)
    except OSError as taken:
        typer.echo(f"cannot listen on {settings.host}:{settings.port}: {taken.strerror}", err=True)
        raise typer.Exit(2) from None
    print(f"listening on http://{settings.host}:{listener.getsockname()[1]}", flush=True)  # noqa: T201 - for whoever started us
    # A factory, because each of several processes builds the application for itself.
    config = uvicorn.Config(
        "backend.app:from_environment",
        factory=True,
        workers=settings.processes,
        log_level="warning",
        access_log=False,
        timeout_keep_alive=65,
    )
    server = uvicorn.Server(config)
    if settings.processes == 1:
        server.run(sockets=[listener])
    else:
        Multiprocess(config, sockets=[listener]).run()


@cli.command()
def worker() -> None:
    """Open and close campaigns, follow the ledger with the boards, extend the chain."""
    from backend import worker as workers  # noqa: PLC0415 - its scheduler costs the other commands a tenth of a second

    logs.write_json()
    asyncio.run(workers.run(commands.read_settings()))


@cli.command()
def migrate() -> None:
    """Bring the database to the newest shape; safe to run from several places at once."""
    from backend.core import migrations  # noqa: PLC0415 - Alembic would cost every start a quarter of a second

    migrations.upgrade(commands.read_settings().database_url)
    typer.echo("the database is up to date")


@cli.command()
def schema(
    check: Annotated[bool, typer.Option("--check", help="fail when the committed file is stale")] = False,
) -> None:
    """Write graphql/schema.graphql from the code, or check that it is fresh."""
    committed = paths.folder("graphql") / "schema.graphql"
    built = schemas.build().as_str() + "\n"
    if not check:
        committed.write_text(built, encoding="utf-8")
    elif not committed.exists() or committed.read_text(encoding="utf-8") != built:
        typer.echo("graphql/schema.graphql is stale: run `python -m backend schema` and commit it", err=True)
        raise typer.Exit(1)


@themes_cli.command("check")
def themes_check(folder: Annotated[Path | None, typer.Argument(help="default: ./campaigns")] = None) -> None:
    """Name every mistake in theme packs, factors, the calendar and message templates, by file and key."""
    root = folder or commands.read_settings().campaigns_folder
    wrong = [
        *theme_packs.problems(root, frozenset(all_kinds())),
        *factors.problems(root / "factors.toml"),
        *calendar.Calendar.problems(root / "calendar.toml"),
        *message_sheet.problems(root),
    ]
    for line in wrong:
        typer.echo(line, err=True)
    if wrong:
        raise typer.Exit(1)
    typer.echo(f"{len(theme_packs.folders(root))} themes, factors and calendar: no mistakes")


@cli.command()
def verify() -> None:
    """Check sums, acts, boards, chain, reviews, rewards, draws, seals and photos; name what is wrong, exit with 1."""
    try:
        found = asyncio.run(verification.findings(commands.read_settings()))
    except Unavailable as fault:
        typer.echo(f"nothing was checked; {commands.NO_ANSWER} ({fault.__cause__})", err=True)
        raise typer.Exit(2) from None
    for line in found:
        typer.echo(line, err=True)
    if found:
        raise typer.Exit(1)
    typer.echo("ledger, acts, boards, chain, reviews, rewards, draws, seals and photos agree")


if __name__ == "__main__":
    cli()
