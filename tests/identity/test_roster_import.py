"""Importing rosters: what the preview says is what happens, on both databases."""

import asyncio
from datetime import date
from pathlib import Path

import pytest

from backend.core.clock import FixedClock
from backend.core.db import Database
from backend.core.errors import NotFound
from backend.identity.roster import application, command, report
from backend.identity.roster.plan import Preview
from backend.identity.roster.problems import RosterChangedMeanwhile, RosterNotClean, RosterShrinks
from tests.identity import roster_files as files
from tests.identity.roster_files import DISTRICT, OUTSIDE, TODAY, UNREGISTERED, VAULT, A, B, Belonging, csv, line

YESTERDAY = date(2026, 11, 21)
LATER = date(2026, 12, 5)
LIN = line("1001", "林晓", phone="13800000001")
ZHOU = line("1002", "周敏", phone="13800000002")
CHEN = line("1001", "陈立", code=B, department="后勤处", phone="13800000003")
ALL = (LIN, ZHOU, CHEN)


@pytest.fixture
async def city(database: Database) -> Database:
    await files.plant(database)
    return database


@pytest.fixture
async def staffed(city: Database) -> Database:
    await files.bring(city, csv(*ALL), today=date(2026, 9, 1))
    return city


async def _of(database: Database, name: str) -> list[Belonging]:
    return [held for held in await files.belongings(database) if held.name == name]


def _counts(shown: Preview) -> tuple[int, int, int, int, int]:
    return len(shown.added), len(shown.changed), len(shown.moved), len(shown.ended), shown.unchanged


async def test_people_are_added_with_their_departments(city: Database) -> None:
    shown = await files.bring(city, csv(*ALL, line("1003", "吴桐", starts="2026-10-01", ends="2027-01-31")))

    assert _counts(shown) == (4, 0, 0, 0, 0)
    assert shown.new_departments == [("甲单位", "财务处"), ("乙单位", "后勤处")]
    assert await files.belongings(city) == [
        Belonging("林晓", "甲单位", "财务处", "1001", TODAY, None),
        Belonging("周敏", "甲单位", "财务处", "1002", TODAY, None),
        Belonging("陈立", "乙单位", "后勤处", "1001", TODAY, None),
        Belonging("吴桐", "甲单位", "财务处", "1003", date(2026, 10, 1), date(2027, 1, 31)),
    ]
    kept = (await files.members(city))["林晓"].phone_fingerprint
    assert kept == VAULT.fingerprint("13800000001", "phone")


async def test_a_preview_writes_nothing(city: Database) -> None:
    await files.preview(city, csv(*ALL))

    assert await files.belongings(city) == []
    assert await files.members(city) == {}


@pytest.mark.parametrize("complete", [False, True])
async def test_the_same_file_twice_changes_nothing_the_second_time(city: Database, *, complete: bool) -> None:
    mixed = csv(
        *ALL, line("1003", "吴桐", starts="2026-10-01", ends="2027-01-31"), line("1004", "孙", ends="2026-01-01")
    )
    await files.bring(city, mixed, complete=complete)
    before = await files.belongings(city)

    again = await files.bring(city, mixed, complete=complete, today=LATER)

    assert _counts(again) == (0, 0, 0, 0, 5)
    assert again.changes_nothing
    assert await files.belongings(city) == before


async def test_somebody_unknown_who_has_left_already_is_not_stored(city: Database) -> None:
    shown = await files.bring(city, csv(line(ends="2026-11-21")))

    assert _counts(shown) == (0, 0, 0, 0, 1)
    assert await files.members(city) == {}


async def test_a_new_name_or_phone_is_a_change_of_the_same_member(staffed: Database) -> None:
    before = await files.members(staffed)

    shown = await files.bring(staffed, csv(line("1001", "林小晓"), line("1002", "周敏", phone="13900000002")))

    assert _counts(shown) == (0, 2, 0, 0, 0)
    after = await files.members(staffed)
    assert after["林小晓"].id == before["林晓"].id
    assert after["林小晓"].phone_fingerprint == before["林晓"].phone_fingerprint
    assert after["周敏"].phone_fingerprint == VAULT.fingerprint("13900000002", "phone")


async def test_two_people_may_swap_their_phones(staffed: Database) -> None:
    before = await files.members(staffed)

    swap = csv(line("1001", "林晓", phone="13800000002"), line("1002", "周敏", phone="13800000001"))
    shown = await files.bring(staffed, swap)

    assert _counts(shown) == (0, 2, 0, 0, 0)
    after = await files.members(staffed)
    assert after["林晓"].phone_fingerprint == before["周敏"].phone_fingerprint
    assert after["周敏"].phone_fingerprint == before["林晓"].phone_fingerprint


async def test_another_department_is_a_move_from_today_on(staffed: Database) -> None:
    shown = await files.bring(staffed, csv(line("1001", "林晓", department="办公室", starts="2026-10-01")))

    assert _counts(shown) == (0, 0, 1, 0, 0)
    # The file says October, but what was true in October is written already.
    assert await _of(staffed, "林晓") == [
        Belonging("林晓", "甲单位", "财务处", "1001", date(2026, 9, 1), YESTERDAY),
        Belonging("林晓", "甲单位", "办公室", "1001", TODAY, None),
    ]


async def test_a_move_to_another_institution_is_known_by_the_phone(staffed: Database) -> None:
    before = await files.members(staffed)
    moved = csv(line("2001", "林晓", code=B, department="食堂", phone="13800000001", starts="2026-12-01"))

    shown = await files.bring(staffed, moved)
    again = await files.bring(staffed, moved)

    assert _counts(shown) == (0, 0, 1, 0, 0)
    assert (shown.moved[0].before.institution, shown.moved[0].after.institution) == ("甲单位", "乙单位")
    assert again.changes_nothing
    assert await _of(staffed, "林晓") == [
        Belonging("林晓", "甲单位", "财务处", "1001", date(2026, 9, 1), date(2026, 11, 30)),
        Belonging("林晓", "乙单位", "食堂", "2001", date(2026, 12, 1), None),
    ]
    assert (await files.members(staffed))["林晓"].id == before["林晓"].id


async def test_a_file_may_tell_of_a_move_in_two_lines(staffed: Database) -> None:
    both = csv(
        line("1001", "林晓", phone="13800000001", ends="2026-11-20"),
        line("2001", "林晓", code=B, department="食堂", phone="13800000001"),
    )

    shown = await files.bring(staffed, both)

    assert _counts(shown) == (0, 0, 1, 0, 1)
    assert [held.ends_on for held in await _of(staffed, "林晓")] == [YESTERDAY, None]


async def test_a_move_that_is_corrected_on_the_same_day_leaves_one_place_a_day(staffed: Database) -> None:
    await files.bring(staffed, csv(line("1001", "林晓", department="办公室")))

    await files.bring(staffed, csv(line("1001", "林晓", department="人事处")))

    held = await _of(staffed, "林晓")
    today = [place.department for place in held if place.starts_on <= TODAY and (place.ends_on or TODAY) >= TODAY]
    assert today == ["人事处"]


async def test_a_leaving_date_ends_a_membership_now_or_on_its_day(staffed: Database) -> None:
    leaving = csv(line("1001", "林晓", ends="2026-10-15"), line("1002", "周敏", ends="2026-12-31"))

    shown = await files.bring(staffed, leaving, allow_shrink=True)
    again = await files.bring(staffed, leaving)

    assert _counts(shown) == (0, 0, 0, 2, 0)
    assert again.changes_nothing
    assert [held.ends_on for held in await _of(staffed, "林晓")] == [YESTERDAY]
    assert [held.ends_on for held in await _of(staffed, "周敏")] == [date(2026, 12, 31)]


async def test_a_leaving_date_may_be_put_off(staffed: Database) -> None:
    await files.bring(staffed, csv(line("1002", "周敏", ends="2026-12-31")), allow_shrink=True)

    await files.bring(staffed, csv(line("1002", "周敏", ends="2027-03-31")), allow_shrink=True)

    assert [held.ends_on for held in await _of(staffed, "周敏")] == [date(2027, 3, 31)]


async def test_who_is_missing_from_a_complete_file_is_ended_only_where_the_file_speaks(staffed: Database) -> None:
    partial = await files.preview(staffed, csv(LIN))
    complete = await files.bring(staffed, csv(LIN), complete=True, allow_shrink=True)

    assert _counts(partial) == (0, 0, 0, 0, 1)
    assert _counts(complete) == (0, 0, 0, 1, 1)
    assert complete.ended[0].line is None
    assert [held.ends_on for held in await _of(staffed, "周敏")] == [YESTERDAY]
    assert [held.ends_on for held in await _of(staffed, "陈立")] == [None]


async def test_a_planned_move_is_not_undone_by_a_complete_file(staffed: Database) -> None:
    plan = csv(line("2001", "林晓", code=B, phone="13800000001", starts="2026-12-01"), ZHOU, CHEN)
    await files.bring(staffed, plan, complete=True)

    again = await files.bring(staffed, plan, complete=True)

    assert again.changes_nothing
    assert [held.ends_on for held in await _of(staffed, "林晓")] == [date(2026, 11, 30), None]


async def test_somebody_who_comes_back_is_the_same_member(staffed: Database) -> None:
    before = await files.members(staffed)
    await files.bring(staffed, csv(ZHOU), complete=True, allow_shrink=True)

    shown = await files.bring(staffed, csv(LIN, ZHOU), today=LATER)

    assert [(added.name, added.returns) for added in shown.added] == [("林晓", True)]
    assert (await files.members(staffed))["林晓"].id == before["林晓"].id
    assert [held.starts_on for held in await _of(staffed, "林晓")] == [date(2026, 9, 1), LATER]


async def test_a_staff_number_and_a_phone_may_go_to_somebody_new_after_their_owner_left(staffed: Database) -> None:
    before = await files.members(staffed)
    await files.bring(staffed, csv(ZHOU), complete=True, allow_shrink=True)

    shown = await files.bring(staffed, csv(line("1001", "吴桐", phone="13800000001")), today=LATER)

    after = await files.members(staffed)
    assert [(added.name, added.returns) for added in shown.added] == [("吴桐", False)]
    assert after["吴桐"].id != before["林晓"].id
    assert after["林晓"].phone_fingerprint is None
    assert after["吴桐"].phone_fingerprint == before["林晓"].phone_fingerprint


async def test_another_name_and_phone_at_a_staff_number_do_not_take_over_the_member(staffed: Database) -> None:
    shown = await files.preview(staffed, csv(line("1001", "吴桐", phone="13900000009")))

    assert [(found[0], found[1]) for found in files.reasons(shown)] == [(2, "staff_number")]
    assert "another person" in files.reasons(shown)[0][2]


@pytest.mark.parametrize(
    "row",
    [
        line("1002", "周敏", phone="13800000001"),
        line("1009", "吴桐", phone="13800000001"),
        line("2001", "吴桐", code=B, phone="13800000001"),
    ],
)
async def test_the_phone_of_somebody_else_is_refused(staffed: Database, row: str) -> None:
    shown = await files.preview(staffed, csv(row))

    assert [(found[0], found[1]) for found in files.reasons(shown)] == [(2, "phone")]
    assert "another person" in files.reasons(shown)[0][2]


async def test_a_chain_of_phones_that_ends_at_somebody_who_keeps_theirs_is_refused_whole(staffed: Database) -> None:
    chain = csv(line("1001", "林晓", phone="13800000002"), line("1002", "周敏", phone="13800000003"))

    shown = await files.preview(staffed, chain)

    assert [(found[0], found[1]) for found in files.reasons(shown)] == [(2, "phone"), (3, "phone")]


async def test_people_outside_the_scope_cannot_be_drawn_in(staffed: Database) -> None:
    drawn = csv(line("2001", "林晓", code=B, phone="13800000001"))

    shown = await files.preview(staffed, drawn, scope=B)

    assert [(found[0], found[1]) for found in files.reasons(shown)] == [(2, "phone")]
    assert "outside your scope" in files.reasons(shown)[0][2]
    assert "甲单位" not in report.render(shown)


async def test_unknown_institutions_and_those_out_of_scope_are_refused(staffed: Database) -> None:
    shown = await files.preview(staffed, csv(line(code=UNREGISTERED), line(code=OUTSIDE), line(code=A)), scope=DISTRICT)
    narrow = await files.preview(staffed, csv(LIN, CHEN), scope=A)

    assert files.reasons(shown) == [
        (2, "credit_code", "no institution with this code is registered"),
        (3, "credit_code", "this institution is outside your scope"),
    ]
    assert [(found[0], found[1]) for found in files.reasons(narrow)] == [(3, "credit_code")]


async def test_nothing_is_applied_unless_the_file_is_clean_or_bad_rows_may_be_skipped(city: Database) -> None:
    mixed = csv(LIN, line("1002", "", phone="x"))

    with pytest.raises(RosterNotClean) as refused:
        await files.bring(city, mixed)
    assert "2" in refused.value.text("zh-CN")
    assert await files.belongings(city) == []

    await files.bring(city, mixed, skip_bad_rows=True)
    assert [held.name for held in await files.belongings(city)] == ["林晓"]


async def test_a_fault_of_the_whole_file_cannot_be_skipped(city: Database) -> None:
    with pytest.raises(RosterNotClean):
        await files.bring(city, csv(LIN + ",1", head=f"{files.HEAD},身份证号"), skip_bad_rows=True)


async def test_a_bad_row_does_not_end_the_person_it_is_about(staffed: Database) -> None:
    readable = await files.preview(staffed, csv(LIN, line("1002", "周敏", phone="x")), complete=True)
    unreadable = await files.preview(staffed, csv(LIN, line("", "周敏")), complete=True)

    assert (readable.ended, readable.absences_withheld) == ([], False)
    assert (unreadable.ended, unreadable.absences_withheld) == ([], True)


async def test_a_roster_shrinks_by_more_than_a_fifth_only_when_that_is_meant(city: Database) -> None:
    ten = [line(str(number), f"职工{number}") for number in range(1, 11)]
    await files.bring(city, csv(*ten))

    modest = await files.preview(city, csv(*ten[:8]), complete=True)
    assert modest.shrinking == []
    with pytest.raises(RosterShrinks) as refused:
        await files.bring(city, csv(ten[0]), complete=True)
    assert "9" in refused.value.text("zh-CN")
    assert "甲单位" in refused.value.text("en")
    assert all(held.ends_on is None for held in await files.belongings(city))

    await files.bring(city, csv(ten[0]), complete=True, allow_shrink=True)
    assert sum(held.ends_on is None for held in await files.belongings(city)) == 1


async def test_a_preview_that_no_longer_fits_is_refused_and_leaves_nothing(city: Database) -> None:
    stale = await files.preview(city, csv(ZHOU, LIN))
    await files.bring(city, csv(LIN))

    with pytest.raises(RosterChangedMeanwhile):
        async with city.write() as session:
            await application.apply(session, stale, TODAY)
    with pytest.raises(RosterChangedMeanwhile):
        async with city.write() as session:
            await application.apply(session, stale, LATER)

    assert [held.name for held in await files.belongings(city)] == ["林晓"]


async def test_a_crash_after_the_last_write_leaves_nothing(city: Database) -> None:
    shown = await files.preview(city, csv(*ALL))

    async def crash() -> None:
        async with city.write() as session:
            await application.apply(session, shown, TODAY)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await crash()

    assert await files.belongings(city) == []
    assert await files.members(city) == {}


async def test_the_command_previews_and_applies_a_file(city: Database, tmp_path: Path, clock: FixedClock) -> None:
    path = tmp_path / "roster.xlsx"
    path.write_bytes(files.xlsx([A, "财务处", "1001", "林晓", "13800000001"]))

    shown = await command.preview_file(city, VAULT, clock, path, DISTRICT)
    applied = await command.apply_file(city, VAULT, clock, path, DISTRICT)
    again = await command.apply_file(city, VAULT, clock, path, DISTRICT, complete=True)

    assert _counts(shown) == _counts(applied) == (1, 0, 0, 0, 0)
    assert again.changes_nothing
    with pytest.raises(NotFound):
        await command.preview_file(city, VAULT, clock, path, UNREGISTERED)


async def test_of_two_imports_at_once_the_second_finds_nothing_left_to_do(
    city: Database, tmp_path: Path, clock: FixedClock
) -> None:
    path = tmp_path / "roster.csv"
    path.write_bytes(csv(*(line(str(number), f"职工{number}") for number in range(300))))

    both = await asyncio.gather(*(command.apply_file(city, VAULT, clock, path, DISTRICT) for _ in range(2)))

    assert sorted(len(applied.added) for applied in both) == [0, 300]
    assert len(await files.belongings(city)) == 300


async def test_the_report_names_everything_in_both_languages(staffed: Database) -> None:
    shown = await files.preview(
        staffed,
        csv(
            line("1001", "林小晓", department="办公室"),
            line("1007", "吴桐"),
            line("1008", "吴{0}桐"),
            line("1009", ""),
        ),
        complete=True,
    )

    chinese, english = report.render(shown), report.render(shown, "en", most=1)

    assert "新增 2，变更 1，调动 1，离开 1，不变 0，问题 1" in chinese
    assert "第 5 行，姓名：不能为空" in chinese
    assert "甲单位 / 办公室" in chinese
    assert "姓名由“林晓”改为“林小晓”" in chinese
    assert "第 4 行：吴{0}桐" in chinese
    assert "文件中无此人：周敏，甲单位 / 财务处 / 1002，至 2026-11-21 止" in chinese
    assert "超过两成" in chinese
    assert "2 added, 1 changed, 1 moved, 1 ended, 0 unchanged, 1 problems" in english
    assert "line 5, name: it is empty" in english
    assert "… and 1 more" in english


async def test_the_report_says_when_there_is_nothing_to_do_or_absences_are_withheld(staffed: Database) -> None:
    nothing = await files.preview(staffed, csv(*ALL))
    withheld = await files.preview(staffed, csv(*ALL, line("", "吴桐")), complete=True)

    assert "无需变更" in report.render(nothing)
    assert "暂不作离开处理" in report.render(withheld)
    assert "nobody is ended" in report.render(withheld, "en")
