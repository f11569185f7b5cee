"""Found the city in the database, by the product's own import of rosters."""

import csv
import io
import json
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from pydantic import SecretStr

from backend.core import clock as clocks
from backend.core.db import Database, ReadSession
from backend.core.vault import Vault
from backend.identity import queries, service, tree
from backend.identity.roster import command, report
from backend.identity.tables import Institution
from backend.leaderboards.jobs import follow_the_ledger
from demo import city, folder
from demo.city import Person
from demo.folder import Folder

_HEAD = ("统一社会信用代码", "部门", "工号", "姓名", "手机号", "生效日期")


def write_files(place: Folder, people: Sequence[Person], monday: date) -> None:
    """Write the roster for the import, and the phones for the sandbox WeChat."""
    rows = io.StringIO()
    writer = csv.writer(rows)
    writer.writerow(_HEAD)
    hired = monday - timedelta(days=90)
    for one in people:
        writer.writerow((one.unit.credit_code, one.department, one.staff_number, one.name, one.phone, hired))
    folder.write(place.roster, "\ufeff" + rows.getvalue())
    folder.write(place.users, json.dumps([{"openid": one.openid, "phone": one.phone} for one in people]))


async def found(place: Folder, people: Sequence[Person], secret: str, monday: date, now: datetime) -> None:
    """Plant the tree, import the roster, count heads, give roles; a second time changes nothing."""
    database = Database(f"sqlite+aiosqlite:///{place.database}")
    vault, clock = Vault(SecretStr(secret)), clocks.FixedClock(now)
    try:
        units = await _plant(database)
        top = city.UNITS[0].credit_code
        applied = await command.apply_file(database, vault, clock, place.roster, top)
        assert not applied.problems, report.render(applied, "en")
        await _count_heads(database, units, people, monday - timedelta(days=30))
        await _give_roles(database, units, people, now)
    finally:
        await database.close()


async def settle(place: Folder) -> None:
    """Let the boards follow what the worker had no time for, so that whoever looks later finds the books agreeing."""
    database = Database(f"sqlite+aiosqlite:///{place.database}")
    try:
        await follow_the_ledger(database, clocks.FileClock(place.clock))
    finally:
        await database.close()


async def _plant(database: Database) -> dict[int, Institution]:
    planted: dict[int, Institution] = {}
    async with database.write() as session:
        for unit in city.UNITS:
            known = await tree.institution_by_code(session, unit.credit_code)
            planted[unit.number] = known or await tree.add_institution(
                session,
                credit_code=unit.credit_code,
                name=unit.name,
                level=unit.level,
                parent_id=planted[unit.above].id if unit.above else None,
            )
    return planted


async def _count_heads(
    database: Database, units: dict[int, Institution], people: Sequence[Person], counted_on: date
) -> None:
    async with database.write() as session:
        for number, count in Counter(one.unit.number for one in people).items():
            await tree.set_head_count(session, units[number].id or 0, None, counted_on, count)
        for (number, name), count in Counter((one.unit.number, one.department) for one in people).items():
            department = await tree.department_named(session, units[number].id or 0, name)
            assert department is not None, "the roster has brought it"
            await tree.set_head_count(session, units[number].id or 0, department.id, counted_on, count)


async def _give_roles(
    database: Database, units: dict[int, Institution], people: Sequence[Person], now: datetime
) -> None:
    async with database.write() as session:
        for one in people:
            for role in one.roles:
                place = units[one.unit.number].id or 0
                # A recycler takes devices from everybody; every other role is one over its own unit.
                reach = units[city.UNITS[0].number].id or 0 if role == "recycler" else place
                await service.grant(session, await _member(session, place, one), role, reach, now)


async def _member(session: ReadSession, institution_id: int, one: Person) -> int:
    member_id = await queries.member_by_staff_number(session, institution_id, one.staff_number)
    assert member_id is not None, "the roster has brought them"
    return member_id
