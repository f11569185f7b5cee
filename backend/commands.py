"""The operator's commands around institutions, roles, rosters and binding codes."""

import asyncio
import csv
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, TextIO, TypeVar

import typer
from pydantic import ValidationError

from backend.core.db import Database, WriteSession
from backend.core.errors import Problem, Unavailable
from backend.core.text import Locale
from backend.core.vault import Vault
from backend.identity import office
from backend.identity.roles import ROLES
from backend.identity.roster import command as rosters
from backend.identity.roster import report
from backend.messages import wecom_list
from backend.settings import Settings, clock_of

T = TypeVar("T")
NO_ANSWER = "the database does not answer, or needs `migrate`"

institutions_cli = typer.Typer(no_args_is_help=True, help="The tree of institutions, and their head counts.")
roles_cli = typer.Typer(no_args_is_help=True, help="Who may decide over which institutions.")
roster_cli = typer.Typer(no_args_is_help=True, help="Import a roster: look first, then apply; hand out binding codes.")

Language = Annotated[str, typer.Option(help="zh-CN or en")]
RosterFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="xlsx or CSV")]
Code = Annotated[str, typer.Argument(help="统一社会信用代码, the 18-character credit code")]


def read_settings() -> Settings:
    """Read the settings of the environment; what is wrong with them is one line each, and the command ends with 2."""
    try:
        return Settings()
    except ValidationError as wrong:
        for one in wrong.errors(include_url=False, include_input=False, include_context=False):
            name = "".join(f"TANHUI_{str(part).upper()}: " for part in one["loc"])
            typer.echo(f"{name}{one['msg']}", err=True)
        raise typer.Exit(2) from None


def run(work: Callable[[Database, Settings], Awaitable[T]], language: str = "zh-CN") -> T:
    """Work with the database of the environment; a problem, or a database that is silent, ends the command."""
    locale: Locale = "en" if language == "en" else "zh-CN"
    settings = read_settings()

    async def opened() -> T:
        database = Database(settings.database_url)
        try:
            return await work(database, settings)
        finally:
            await database.close()

    try:
        return asyncio.run(opened())
    except Problem as problem:
        typer.echo(problem.text(locale), err=True)
        raise typer.Exit(1) from None
    except Unavailable as fault:
        typer.echo(f"nothing was changed; {NO_ANSWER} ({fault.__cause__})", err=True)
        raise typer.Exit(2) from None


def _write(work: Callable[[WriteSession, Settings], Awaitable[T]]) -> T:
    async def opened(database: Database, settings: Settings) -> T:
        async with database.write() as session:
            return await work(session, settings)

    return run(opened)


@institutions_cli.command("add")
def add_institution(
    code: Code,
    name: str,
    level: Annotated[str, typer.Option(help="city, district, system or institution")],
    above: Annotated[str | None, typer.Option(help="credit code of the one above; none for a city")] = None,
) -> None:
    """Add an institution to the tree."""
    path = _write(lambda session, _: office.add_institution(session, code, name, level, above))
    typer.echo(f"added {name} at {path}")


@institutions_cli.command("count")
def count_heads(
    code: Code,
    people: int,
    on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="from which day on")],
    department: Annotated[str | None, typer.Option(help="of this department only")] = None,
) -> None:
    """Record a head count, which per-head boards divide by."""
    _write(lambda session, _: office.count_heads(session, code, department, on.date(), people))
    typer.echo(f"{people} people from {on:%Y-%m-%d} on")


@institutions_cli.command("move")
def move_institution(
    code: Code, below: Annotated[str, typer.Option(help="credit code of the body that it comes under")]
) -> None:
    """Put an institution, with all below it, under another body from now on; past scores stay as they are."""
    path = _write(lambda session, _: office.move_institution(session, code, below))
    typer.echo(f"moved to {path}")


@institutions_cli.command("merge-departments")
def merge_departments(
    code: Code,
    departments: Annotated[list[str], typer.Argument(help="the departments that end")],
    into: Annotated[str, typer.Option(help="the department that takes their people")],
    on: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="from which day on: today or later")],
) -> None:
    """Let the people of departments belong to another one from a day on; past scores stay as they are."""

    async def work(session: WriteSession, settings: Settings) -> int:
        now = clock_of(settings).now()
        return await office.merge_departments(session, code, departments, into, day=on.date(), now=now)

    typer.echo(f"{_write(work)} people belong to {into} from {on:%Y-%m-%d} on")


def _change_role(code: str, staff_number: str, role: str, over: str | None, *, end: bool) -> None:
    if role not in ROLES:
        typer.echo(f"a role is one of: {', '.join(ROLES)}", err=True)
        raise typer.Exit(2)

    async def work(session: WriteSession, settings: Settings) -> None:
        now = clock_of(settings).now()
        await office.change_role(
            session, credit_code=code, staff_number=staff_number, role=role, over=over, end=end, now=now
        )

    _write(work)
    typer.echo("done")


Over = Annotated[str | None, typer.Option(help="credit code of the institution it reaches; default: their own")]


@roles_cli.command("grant")
def grant(code: Code, staff_number: str, role: str, over: Over = None) -> None:
    """Give a member a role over an institution and everything below it."""
    _change_role(code, staff_number, role, over, end=False)


@roles_cli.command("end")
def end(code: Code, staff_number: str, role: str, over: Over = None) -> None:
    """End a role; the grant stays as a record."""
    _change_role(code, staff_number, role, over, end=True)


@roster_cli.command("preview")
def preview(
    file: RosterFile,
    scope: Annotated[str, typer.Option(help="credit code of the institution above all rows")],
    *,
    complete: Annotated[bool, typer.Option(help="who is missing from the file has left")] = False,
    language: Language = "zh-CN",
) -> None:
    """Show what a roster file would change, and every row that is wrong; change nothing."""

    async def work(database: Database, settings: Settings) -> str:
        vault, clock = Vault(settings.secret_key), clock_of(settings)
        found = await rosters.preview_file(database, vault, clock, file, scope, complete=complete)
        return report.render(found, "en" if language == "en" else "zh-CN")

    typer.echo(run(work, language))


@roster_cli.command("apply")
def apply(
    file: RosterFile,
    scope: Annotated[str, typer.Option(help="credit code of the institution above all rows")],
    *,
    complete: Annotated[bool, typer.Option(help="who is missing from the file has left")] = False,
    skip_bad_rows: Annotated[bool, typer.Option(help="apply the good rows of a file with bad ones")] = False,
    allow_shrink: Annotated[bool, typer.Option(help="end more than a fifth of an institution's members")] = False,
    language: Language = "zh-CN",
) -> None:
    """Apply a roster file in one transaction: all of it, or nothing unless told otherwise."""

    async def work(database: Database, settings: Settings) -> str:
        vault, clock = Vault(settings.secret_key), clock_of(settings)
        done = await rosters.apply_file(
            database,
            vault,
            clock,
            file,
            scope,
            complete=complete,
            skip_bad_rows=skip_bad_rows,
            allow_shrink=allow_shrink,
        )
        return report.render(done, "en" if language == "en" else "zh-CN", applied=True)

    typer.echo(run(work, language))


@roster_cli.command("codes")
def codes(code: Code, out: Annotated[Path, typer.Option(help="the CSV file to write, for handing out")]) -> None:
    """Make a one-time binding code for every member whose account is not bound yet."""
    with _private_file(out) as file:

        async def work(session: WriteSession, settings: Settings) -> int:
            made = await office.hand_out_codes(session, Vault(settings.secret_key), code, clock_of(settings).now())
            lines = csv.writer(file)
            lines.writerow(["部门", "工号", "姓名", "绑定码"])
            lines.writerows([one.department, one.staff_number, one.name, one.code] for one in made)
            file.flush()  # before the codes are committed: the earlier ones end, so none may be lost on a full disk
            return len(made)

        count = _write(work)
    typer.echo(f"{count} codes in {out}, good for 14 days")


@roster_cli.command("wecom")
def wecom(code: Code, file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]) -> None:
    """Import what WeCom calls an institution's members: a CSV with the columns 工号 and 账号 (userid)."""
    content = file.read_bytes()

    async def work(session: WriteSession, settings: Settings) -> wecom_list.Imported:
        pairs, now = wecom_list.read(content), clock_of(settings).now()
        return await wecom_list.apply(session, Vault(settings.secret_key), code, pairs, now)

    done = _write(work)
    typer.echo(f"{done.listed} members listed")
    for staff_number in done.unknown:
        typer.echo(f"nobody has the staff number {staff_number}", err=True)


@contextmanager
def _private_file(path: Path) -> Iterator[TextIO]:
    """Open a new file that nobody else may read at any moment; take it away again when the block raises."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        typer.echo(f"{path} exists already: name another file", err=True)
        raise typer.Exit(2) from None
    with os.fdopen(descriptor, "w", encoding="utf-8-sig", newline="") as file:
        try:
            yield file
        except BaseException:
            path.unlink()
            raise
