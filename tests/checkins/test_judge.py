"""Is an act accepted? Each rule at its edge, without a database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from backend.campaigns.errors import CampaignCalledOff, CampaignClosed, CampaignNotOpen, CampaignPaused
from backend.campaigns.tables import CANCELLED, CLOSED, PAUSED, SCHEDULED
from backend.checkins import errors
from backend.checkins.judge import CLOCK_TOLERANCE
from backend.checkins.proof import Proof
from backend.core.errors import NotFound, Problem
from backend.identity.errors import NotOnRoster
from tests.checkins.desks import LIN, MONDAY, PATH_B, ZHOU, act, at, campaign, metro, place, refused, scene, site

NOON = at(MONDAY, 12)
TICK = timedelta(microseconds=1)
TUESDAY = MONDAY + timedelta(days=1)


# Which campaign, and does the member belong?


@pytest.mark.parametrize("identifier", ["", "cmp_", "cmp_2", "mem_1", "1", "cmp_１"])
def test_a_campaign_that_is_not_there_is_not_found(identifier: str) -> None:
    refused(NotFound, scene(campaign("green-commute-month")), replace(metro(NOON), campaign=identifier))


def test_a_campaign_of_another_institution_is_not_found_like_one_that_does_not_exist() -> None:
    elsewhere = scene(campaign("green-commute-month"), path="/9/")

    found = refused(NotFound, elsewhere, metro(NOON))

    assert "滨河" not in found.text("zh-CN")


def test_a_member_who_has_not_joined_is_told_to_join() -> None:
    told = scene(campaign("green-commute-month"))
    told.desk.joined.discard((1, LIN))

    assert "绿色出行" in refused(errors.NotJoined, told, metro(NOON)).text("zh-CN")
    assert told.tell(metro(NOON), member_id=ZHOU).member_id == ZHOU


def test_a_member_who_left_the_roster_before_that_day_earns_nothing() -> None:
    told = scene(campaign("green-commute-month"))
    told.desk.places[LIN] = [place(LIN, ends_on=MONDAY - timedelta(days=1))]

    refused(NotOnRoster, told, metro(NOON))


def test_the_department_of_the_acts_day_is_the_one_that_counts() -> None:
    told = scene(campaign("green-commute-month"))
    before = replace(place(LIN, ends_on=MONDAY), department_id=50)
    after = replace(place(LIN, PATH_B), department_id=60, starts_on=TUESDAY)
    told.desk.places[LIN] = [before, after]

    late = told.tell(metro(NOON), now=at(TUESDAY, 9))

    assert (late.place.department_id, told.tell(metro(at(TUESDAY, 8))).place.department_id) == (50, 60)


# Is it the right time?


def test_an_act_may_be_as_far_ahead_as_a_phones_clock_errs_and_no_further() -> None:
    told = scene(campaign("green-commute-month"))

    refused(errors.ActInFuture, told, metro(NOON), NOON - CLOCK_TOLERANCE - TICK)
    assert told.tell(metro(NOON), now=NOON - CLOCK_TOLERANCE).act[2] == MONDAY


@pytest.mark.parametrize("year", [1, 1970, 1999, 9999])
def test_a_clock_that_is_years_wrong_is_no_crash(year: int) -> None:
    wrong = metro(datetime(year, 1, 1, tzinfo=UTC))

    refused(
        errors.ActInFuture if year > 2026 else errors.OutsideCampaignDays, scene(campaign("energy-week")), wrong, NOON
    )


@pytest.mark.parametrize(
    ("moment", "inside"),
    [
        (at(MONDAY, 0) - TICK, False),
        (at(MONDAY, 0), True),
        (at(MONDAY + timedelta(days=7), 0) - TICK, True),
        (at(MONDAY + timedelta(days=7), 0), False),
    ],
)
def test_only_campaign_days_count(moment: datetime, *, inside: bool) -> None:
    told = scene(campaign("green-commute-month"))
    if inside:
        assert told.tell(metro(moment)).points == 5
        return

    found = refused(errors.OutsideCampaignDays, told, metro(moment))

    assert "2026-06-15 至 2026-06-21" in found.text("zh-CN")


def test_a_late_act_is_accepted_until_the_grace_time_of_its_day_is_over() -> None:
    told = scene(campaign("green-commute-month"))
    until = at(TUESDAY, 0) + timedelta(hours=48)

    found = refused(errors.TooLate, told, metro(NOON), until)
    accepted = told.tell(metro(NOON), now=until - TICK)

    assert found.fields["until"] == until
    assert "2026-06-18 00:00" in found.text("en")
    assert accepted.act[2] == MONDAY


def test_what_staff_confirm_is_not_bound_to_the_grace_time_of_its_day() -> None:
    told = scene(campaign("green-commute-month"))
    witnessed = replace(metro(NOON), witnessed=True, slot="to_work")

    assert told.tell(witnessed, now=at(TUESDAY, 0) + timedelta(hours=72)).proof is Proof.CONFIRMED


@pytest.mark.parametrize(
    ("state", "problem"),
    [(SCHEDULED, CampaignNotOpen), (CLOSED, CampaignClosed), (PAUSED, CampaignPaused), (CANCELLED, CampaignCalledOff)],
)
def test_a_campaign_that_does_not_run_takes_no_acts(state: str, problem: type[Problem]) -> None:
    refused(problem, scene(campaign("green-commute-month", state=state)), metro(NOON))


@pytest.mark.parametrize(("hour", "meal"), [(7, "breakfast"), (12, "lunch"), (18, "dinner")])
def test_a_plate_is_counted_for_its_meal(hour: int, meal: str) -> None:
    assert scene(campaign("grain-day")).tell(act("clear_plate", at(MONDAY, hour))).act[3] == meal


@pytest.mark.parametrize(
    ("hour", "minute", "opens_at"),
    [(5, 0, at(MONDAY, 6, 30)), (9, 30, at(MONDAY, 11)), (14, 0, at(MONDAY, 17)), (22, 0, at(TUESDAY, 6, 30))],
)
def test_between_meals_the_next_one_is_told(hour: int, minute: int, opens_at: datetime) -> None:
    found = refused(errors.OutsideWindow, scene(campaign("grain-day")), act("clear_plate", at(MONDAY, hour, minute)))

    assert found.fields["opens_at"] == opens_at
    assert "午餐 11:00–14:00" in found.text("zh-CN")
    assert "lunch 11:00–14:00" in found.text("en")


# What was done, and how is it known?


@pytest.mark.parametrize("kind", ["clear_plate", "nonsense", "", "x" * 999])
def test_a_kind_that_the_theme_does_not_have_is_refused_with_those_it_has(kind: str) -> None:
    found = refused(errors.KindNotInCampaign, scene(campaign("green-commute-month")), act(kind, NOON))

    assert "“135”绿色出行、绿色低碳讲堂" in found.text("zh-CN")
    assert len(found.text("en")) < 200


@pytest.mark.parametrize("typed", ["HALL2345", "hall2345", "  hall2345 "])
def test_a_code_on_the_wall_proves_the_act_however_it_is_typed(typed: str) -> None:
    told = scene(campaign("green-commute-month"), codes=(site("HALL2345", "commute"),))

    verdict = told.tell(metro(NOON, code=typed))

    assert (verdict.proof, verdict.points, verdict.carbon_mg, verdict.site_code_id) == (Proof.STATION, 8, 360_000, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        site("OTHER234", "commute"),
        site("HALL2345", "lecture"),
        site("HALL2345", "commute", path="/9/"),
        site("HALL2345", "commute", revoked_at=at(MONDAY, 1)),
        site("HALL2345", "commute", valid_from=NOON + TICK),
        site("HALL2345", "commute", valid_until=NOON),
    ],
    ids=["unknown", "another kind", "another subtree", "revoked", "not yet", "expired"],
)
def test_every_code_that_does_not_fit_gets_the_same_answer(wrong: Any) -> None:
    found = refused(
        errors.CodeNotValid, scene(campaign("green-commute-month"), codes=(wrong,)), metro(NOON, code="HALL2345")
    )

    assert found.fields == {}


# Has it been counted?


def test_an_act_counts_once_whichever_campaign_it_is_told_to() -> None:
    told = scene(campaign("green-commute-month"), campaign("energy-week", number=2))
    told.tell(metro(NOON))

    for number in (1, 2):
        found = refused(errors.AlreadyCheckedIn, told, metro(NOON + timedelta(minutes=5), number=number))
        assert found.fields["check_in"] == 1
        assert "绿色出行" in found.text("zh-CN")


def test_the_way_back_the_next_day_and_a_colleagues_trip_are_other_acts() -> None:
    told = scene(campaign("green-commute-month"))

    told.tell(metro(NOON))
    told.tell(metro(at(MONDAY, 18), "from_work"))
    told.tell(metro(at(TUESDAY, 8)))
    told.tell(metro(NOON), member_id=ZHOU)

    assert len(told.standing()) == 4


def test_a_stronger_proof_replaces_the_weaker_one_where_it_was_counted_first() -> None:
    told = scene(
        campaign("green-commute-month"), campaign("energy-week", number=2), codes=(site("HALL2345", "commute"),)
    )
    told.tell(metro(NOON))

    stronger = told.tell(metro(NOON, number=2, code="HALL2345"))

    assert stronger.replaces
    assert (stronger.replaces.check_in_id, stronger.campaign.id, stronger.points) == (1, 1, 8)
    refused(errors.AlreadyCheckedIn, told, metro(NOON))
    refused(errors.AlreadyCheckedIn, told, metro(NOON, code="HALL2345"))


def test_an_act_in_a_campaign_that_has_closed_is_not_improved_any_more() -> None:
    first, second = campaign("green-commute-month", days=1), campaign("energy-week", number=2)
    told = scene(first, second, codes=(site("HALL2345", "commute"),))
    told.tell(metro(NOON))
    first.campaign.state = CLOSED

    refused(errors.AlreadyCheckedIn, told, metro(NOON, number=2, code="HALL2345"))
