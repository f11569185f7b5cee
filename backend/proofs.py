"""Commands by which anybody checks a result: seals, draws, and what a screen showed."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from backend import commands
from backend.draws import rule
from backend.screens import documents
from backend.settlement import command as seals

seal_cli = typer.Typer(no_args_is_help=True, help="Sealed results: show one, check it, check a file of one.")
screens_cli = typer.Typer(no_args_is_help=True, help="What canteen screens show, which anybody can check.")
draw_cli = typer.Typer(no_args_is_help=True, help="Prize draws, which anybody can check.")

OfCampaign = Annotated[str, typer.Argument(help="the campaign's id (cmp_…) or its number")]


@seal_cli.command("show")
def show_seal(campaign: OfCampaign) -> None:
    """Tell when a campaign was sealed, its digest, and what its institutions had."""
    typer.echo(commands.run(lambda database, _: seals.show(database, campaign)))


@seal_cli.command("verify")
def verify_seal(campaign: OfCampaign) -> None:
    """Check the seal of a campaign: its digest, its standings, the ledger as of the seal; exit with 1 if wrong."""
    if (wrong := commands.run(lambda database, _: seals.check(database, campaign))) is not None:
        typer.echo(wrong, err=True)
        raise typer.Exit(1)
    typer.echo("document, digest, standings and ledger agree")


@seal_cli.command("check")
def check_seal(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="an exported seal")],
    digest: Annotated[str | None, typer.Option(help="the published digest that it must have")] = None,
) -> None:
    """Check a file that was exported: no database is needed; name the first line that is wrong and exit with 1."""
    found, wrong = seals.check_file(file, digest)
    if wrong is not None:
        typer.echo(wrong, err=True)
        raise typer.Exit(1)
    typer.echo(f"digest and standings follow from the entries: {found}")


@draw_cli.callback()
def draws() -> None:
    """Check prize draws."""


@draw_cli.command("check")
def check_draw(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="the published record")],
) -> None:
    """Compute a draw anew from its published record; name what is not as the rule says and exit with 1."""
    document = _json(file)
    wrong_lines = rule.check(document)
    for line in wrong_lines:
        typer.echo(line, err=True)
    if wrong_lines:
        raise typer.Exit(1)
    typer.echo(f"{len(document['tickets'])} tickets, {len(document['awards'])} awards: as the rule says")


@screens_cli.callback()
def screens() -> None:
    """Check what a screen showed."""


@screens_cli.command("check")
def check_screen(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="a document.json")],
    key: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="the service's /screens/signing-key.pem")],
) -> None:
    """Check that a screen's document is ours and whole: no database is needed; exit with 1 if not."""
    document = _json(file)
    if (wrong := documents.first_wrong(document, key.read_bytes())) is not None:
        typer.echo(wrong, err=True)
        raise typer.Exit(1)
    told = document["wall"]
    typer.echo(f"signed by this service: what {told['institution']} showed, version {told['version']}")
    typer.echo("not under the signature: the time of asking, and the place and playlist of the screen that asked")


def _json(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except ValueError as wrong:  # no JSON, or no text at all
        typer.echo(f"{file}: not JSON in UTF-8 ({wrong})", err=True)
        raise typer.Exit(2) from None
