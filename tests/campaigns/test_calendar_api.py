"""The calendar as the console sees it."""

from tests.cast import World


async def test_a_published_year_shows_its_holidays_and_events(world: World) -> None:
    wu = await world.sign_in("Wu", language="en")

    year = await wu.run("Calendar", year=2026)

    assert year["published"]
    assert "National Day" in [holiday["name"] for holiday in year["holidays"]]
    energy = [(one["startsOn"], one["certainty"]) for one in year["events"] if one["theme"] == "energy-week"]
    assert ("2026-06-15", "second-hand") in energy


async def test_a_year_that_is_not_published_is_a_visible_state(world: World) -> None:
    wu = await world.sign_in("Wu")

    year = await wu.run("Calendar", year=2029)

    assert not year["published"]
    assert year["notice"] == "2029 年节假日安排尚未公布，暂按周一至周五为工作日。"
    assert year["holidays"] == []
