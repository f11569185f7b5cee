"""Campaign days do not depend on where the server stands, and a shared clock is read by everybody."""

import json
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core import clock, paths
from backend.core.clock import FileClock, FixedClock, SystemClock

SHANGHAI = "Asia/Shanghai"
MIDNIGHT = datetime(2026, 6, 15, 16, 0, tzinfo=UTC)  # 00:00 on the 16th in Shanghai
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("instant", "cut", "day"),
    [
        (MIDNIGHT - TICK, 0, date(2026, 6, 15)),
        (MIDNIGHT, 0, date(2026, 6, 16)),
        (MIDNIGHT, 4, date(2026, 6, 15)),
        (MIDNIGHT + timedelta(hours=4) - TICK, 4, date(2026, 6, 15)),
        (MIDNIGHT + timedelta(hours=4), 4, date(2026, 6, 16)),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), 0, date(2027, 1, 1)),
    ],
)
def test_a_campaign_day_turns_at_the_cut_hour_of_its_zone(instant: datetime, cut: int, day: date) -> None:
    assert clock.campaign_day(instant, SHANGHAI, cut) == day


def test_the_same_instant_written_in_another_zone_is_the_same_campaign_day() -> None:
    elsewhere = MIDNIGHT.astimezone(clock.zone("America/Los_Angeles"))

    assert elsewhere.date() == date(2026, 6, 15)
    assert clock.campaign_day(elsewhere, SHANGHAI, 0) == date(2026, 6, 16)


def test_a_server_in_another_zone_reckons_the_same_campaign_day() -> None:
    question = (
        "from datetime import UTC, datetime\n"
        "from backend.core import clock\n"
        "print(datetime.now().astimezone().tzname(),"
        " clock.campaign_day(datetime(2026, 6, 15, 16, tzinfo=UTC), 'Asia/Shanghai', 0),"
        " clock.SystemClock().now().utcoffset())"
    )

    ended = subprocess.run(
        [sys.executable, "-c", question],
        cwd=paths.folder("campaigns").parent,
        env={"TZ": "Pacific/Honolulu"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert ended.stdout.split() == ["HST", "2026-06-16", "0:00:00"]


@given(instant=st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)), cut=st.integers(0, 12))  # noqa: DTZ001 - the strategy adds the zone
def test_every_instant_lies_inside_its_campaign_day(instant: datetime, cut: int) -> None:
    day = clock.campaign_day(instant, SHANGHAI, cut)

    begins, ends = (clock.day_starts_at(one, SHANGHAI, cut) for one in (day, day + timedelta(days=1)))

    assert begins <= instant < ends
    assert begins.tzinfo is UTC


def test_a_naive_instant_has_no_campaign_day() -> None:
    naive = MIDNIGHT.replace(tzinfo=None)

    with pytest.raises(AssertionError, match="aware"):
        clock.campaign_day(naive, SHANGHAI, 0)


def test_the_machines_clock_is_aware_and_in_utc() -> None:
    assert SystemClock().now().tzinfo is UTC


def test_a_fixed_clock_moves_only_when_told() -> None:
    fixed = FixedClock(MIDNIGHT)
    fixed.advance(timedelta(hours=1))

    assert fixed.now() == fixed.now() == MIDNIGHT + timedelta(hours=1)


def test_a_shared_clock_runs_from_what_its_file_says_as_fast_as_it_says(tmp_path: Path) -> None:
    file = tmp_path / "clock.json"
    clock.set_file_clock(file, MIDNIGHT, speed=0)
    shared, neighbour = FileClock(file), FileClock(file)

    assert shared.now() == neighbour.now() == MIDNIGHT
    anchor = json.loads(file.read_text())
    assert set(anchor) == {"real", "simulated", "speed"}


def test_whoever_replaces_the_clock_file_moves_everybody_at_once(tmp_path: Path) -> None:
    file = tmp_path / "clock.json"
    clock.set_file_clock(file, MIDNIGHT, speed=0)
    shared = FileClock(file)
    shared.now()

    clock.set_file_clock(file, MIDNIGHT + timedelta(days=1), speed=3600)

    first = shared.now()
    assert first >= MIDNIGHT + timedelta(days=1)
    assert first.tzinfo is UTC
    assert shared.now() > first
    assert list(tmp_path.iterdir()) == [file]
