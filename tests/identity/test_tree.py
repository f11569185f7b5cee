"""The tree of institutions, their departments and dated head counts, on both databases."""

from datetime import date

import pytest
from sqlmodel import select

from backend.core.db import Database
from backend.core.errors import InvalidValue, NotFound
from backend.identity import tree
from backend.identity.credit_code import CreditCodeInvalid, with_check
from backend.identity.tables import Department, Institution
from tests.identity import roster_files
from tests.identity.roster_files import CITY, DISTRICT, OUTSIDE, SYSTEM, UNREGISTERED, A, B


@pytest.fixture
async def city(database: Database) -> dict[str, Institution]:
    await roster_files.plant(database)
    async with database.read() as session:
        return {found.credit_code: found for found in await session.exec(select(Institution))}


async def _add(database: Database, code: str, level: str, parent_id: int | None, name: str = "某单位") -> Institution:
    async with database.write() as session:
        return await tree.add_institution(session, credit_code=code, name=name, level=level, parent_id=parent_id)


async def _count(
    database: Database, place: Institution, day: date, people: int, department_id: int | None = None
) -> None:
    async with database.write() as session:
        await tree.set_head_count(session, place.id or 0, department_id, day, people)


async def _department(database: Database, place: Institution, name: str) -> Department:
    async with database.write() as session:
        return await tree.add_department(session, place.id or 0, name)


async def test_a_path_holds_the_row_numbers_from_the_root_down(city: dict[str, Institution]) -> None:
    assert city[CITY].path == f"/{city[CITY].id}/"
    assert city[A].path == f"/{city[CITY].id}/{city[DISTRICT].id}/{city[A].id}/"


async def test_an_institution_covers_itself_and_what_is_below_it_and_nothing_else(city: dict[str, Institution]) -> None:
    assert tree.covers(city[DISTRICT], city[A])
    assert tree.covers(city[CITY], city[OUTSIDE])
    assert tree.covers(city[A], city[A])
    assert not tree.covers(city[A], city[DISTRICT])
    assert not tree.covers(city[DISTRICT], city[OUTSIDE])


def test_a_row_number_that_begins_like_another_is_not_below_it() -> None:
    first = Institution(credit_code=A, name="一", level="city", path="/1/")
    eleventh = Institution(credit_code=B, name="十一", level="city", path="/11/")

    assert not tree.covers(first, eleventh)


async def test_a_second_institution_of_one_code_is_refused(database: Database, city: dict[str, Institution]) -> None:
    with pytest.raises(tree.CreditCodeTaken) as refused:
        await _add(database, A.lower(), "institution", city[SYSTEM].id)

    assert A in refused.value.text("zh-CN")
    assert A in refused.value.text("en")


@pytest.mark.parametrize(
    ("level", "above"),
    [("city", CITY), ("district", None), ("system", DISTRICT), ("institution", CITY), ("institution", A)],
)
async def test_a_level_at_the_wrong_place_is_refused(
    database: Database, city: dict[str, Institution], level: str, above: str | None
) -> None:
    with pytest.raises(tree.LevelMisplaced) as refused:
        await _add(database, UNREGISTERED, level, city[above].id if above else None)

    assert level in refused.value.text("en")


async def test_unknown_levels_parents_codes_and_empty_names_are_refused(
    database: Database, city: dict[str, Institution]
) -> None:
    with pytest.raises(InvalidValue):
        await _add(database, UNREGISTERED, "village", city[CITY].id)
    with pytest.raises(NotFound):
        await _add(database, UNREGISTERED, "district", 999_999)
    with pytest.raises(CreditCodeInvalid):
        await _add(database, UNREGISTERED[:-1], "district", city[CITY].id)
    with pytest.raises(InvalidValue):
        await _add(database, UNREGISTERED, "district", city[CITY].id, name=" \u3000")


async def test_an_institution_is_found_by_its_code_in_any_writing(
    database: Database, city: dict[str, Institution]
) -> None:
    async with database.read() as session:
        found = await tree.institution_by_code(session, f" {A.lower()} ")
        missing = await tree.institution_by_code(session, UNREGISTERED)

    assert found is not None
    assert found.id == city[A].id
    assert missing is None


async def test_a_department_name_is_taken_only_within_its_institution(
    database: Database, city: dict[str, Institution]
) -> None:
    finance = await _department(database, city[A], "财务处")
    elsewhere = await _department(database, city[B], "财务处")
    assert finance.id != elsewhere.id

    with pytest.raises(tree.DepartmentTaken, match="DepartmentTaken"):
        await _department(database, city[A], " 财务处 ")

    unknown = Institution(id=999_999, credit_code="", name="", level="", path="")
    with pytest.raises(NotFound):
        await _department(database, unknown, "财务处")


async def test_a_head_count_holds_from_its_day_until_the_next(database: Database, city: dict[str, Institution]) -> None:
    await _count(database, city[A], date(2026, 1, 1), 40)
    await _count(database, city[A], date(2026, 6, 1), 50)
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 5, 31), date(2026, 6, 1), date(2027, 1, 1))

    async with database.read() as session:
        counted = [await tree.institution_head_counts_on(session, [city[A].id or 0], day) for day in days]

    assert [list(found.values()) for found in counted] == [[], [40], [40], [50], [50]]


async def test_a_second_count_of_a_day_replaces_the_first(database: Database, city: dict[str, Institution]) -> None:
    finance = await _department(database, city[A], "财务处")
    for people in (7, 9):
        await _count(database, city[A], date(2026, 1, 1), people * 10)
        await _count(database, city[A], date(2026, 1, 1), people, finance.id)

    async with database.read() as session:
        whole = await tree.institution_head_counts_on(session, [city[A].id or 0], date(2026, 1, 1))
        part = await tree.department_head_counts_on(session, [finance.id or 0], date(2026, 1, 1))

    assert (list(whole.values()), list(part.values())) == ([90], [9])


async def test_many_head_counts_come_in_one_answer_without_the_uncounted(
    database: Database, city: dict[str, Institution]
) -> None:
    day = date(2026, 3, 1)
    finance, canteen = [await _department(database, city[A], name) for name in ("财务处", "食堂")]
    await _count(database, city[A], day, 40)
    await _count(database, city[B], day, 20)
    await _count(database, city[A], day, 6, finance.id)
    ids = [city[code].id or 0 for code in (A, B, OUTSIDE)]

    async with database.read() as session:
        institutions = await tree.institution_head_counts_on(session, ids, day)
        departments = await tree.department_head_counts_on(session, [finance.id or 0, canteen.id or 0], day)
        nothing = await tree.department_head_counts_on(session, [], day)

    assert institutions == {ids[0]: 40, ids[1]: 20}
    assert departments == {finance.id: 6}
    assert nothing == {}


async def test_absurd_counts_and_departments_of_others_are_refused(
    database: Database, city: dict[str, Institution]
) -> None:
    finance = await _department(database, city[A], "财务处")

    with pytest.raises(InvalidValue):
        await _count(database, city[A], date(2026, 1, 1), -1)
    with pytest.raises(NotFound):
        await _count(database, city[B], date(2026, 1, 1), 5, finance.id)


def test_the_made_up_codes_of_these_tests_are_sound() -> None:
    assert with_check(A[:-1]) == A
