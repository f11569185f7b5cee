"""Streaks and badges are the member's own: others see a badge only where its holder chose to show it."""

import json

from backend.core import ids
from tests.api.asking import answered, contents, joined, nothing_written
from tests.cast import Person, World
from tests.honours.following import act_daily, follow, honours


async def show(
    person: Person, campaign: str, badge: str = "low-carbon-day", *, shown: bool = True
) -> dict[str, object]:
    """Show or hide a badge and return the answer."""
    content = {"campaignId": campaign, "badge": badge, "shown": shown}
    answer: dict[str, object] = await person.run("ShowBadge", input=content)
    return answer


async def earned(world: World) -> tuple[str, Person, Person]:
    """Let Lin earn two badges; return the campaign, Lin and Zhou, who takes part as well."""
    campaign = await world.open_campaign("energy-week", days=14)
    await joined(world, "Lin", campaign)
    await act_daily(world, campaign, [world.members["Lin"]], 5)
    await follow(world)
    return campaign, await world.sign_in("Lin"), await joined(world, "Zhou", campaign)


async def shown_to(person: Person, campaign: str) -> list[tuple[str, list[str]]]:
    """Return the badges that somebody sees of colleagues."""
    found = (await person.run("ShownBadges", campaignId=campaign))["shownBadges"]
    return [(one["key"], one["names"]) for one in found]


async def test_a_badge_is_hidden_until_its_member_shows_it_and_again_when_they_hide_it(world: World) -> None:
    campaign, lin, zhou = await earned(world)

    hidden = await shown_to(zhou, campaign)
    answer = await show(lin, campaign)
    masked = await shown_to(zhou, campaign)
    await lin.run("SetDisplayName", input={"displayName": "小满"})
    named = await shown_to(zhou, campaign)
    own = (await honours(lin, campaign))["badges"]
    await show(lin, campaign, shown=False)

    assert hidden == []
    assert answer == {"__typename": "BadgeShowing", "badge": "low-carbon-day", "shown": True}
    assert (masked, named) == ([("low-carbon-day", ["林**"])], [("low-carbon-day", ["小满"])])
    assert [one["shown"] for one in own] == [False, True, False]
    assert await shown_to(zhou, campaign) == []


async def test_other_institutions_see_nothing_and_who_leaves_is_seen_by_nobody(world: World) -> None:
    campaign, lin, zhou = await earned(world)
    await show(lin, campaign)
    chen = await joined(world, "Chen", campaign)

    elsewhere = await shown_to(chen, campaign)
    await lin.run("LeaveCampaign", input={"campaignId": campaign})
    left = await shown_to(zhou, campaign)
    own = await honours(lin, campaign)
    content = {"campaignId": campaign, "badge": "low-carbon-day", "shown": True}
    await answered(lin, "ShowBadge", "NotFound", zh="活动", en="campaign", input=content)
    await lin.run("JoinCampaign", input={"campaignId": campaign})

    assert (elsewhere, left) == ([], [])
    assert [one["held"] for one in own["badges"]] == [False, False, False]
    assert await shown_to(zhou, campaign) == [("low-carbon-day", ["林**"])]


async def test_only_what_is_held_can_be_shown(world: World) -> None:
    campaign, lin, _ = await earned(world)

    for badge in ("all-round", "no-such-badge", "x" * 5000, "\u0000"):
        content = {"campaignId": campaign, "badge": badge, "shown": True}
        async with nothing_written(world):
            await answered(lin, "ShowBadge", "BadgeNotHeld", zh="尚未获得", en="has not been earned", input=content)


async def test_nothing_tells_a_colleague_how_long_anothers_streak_is(world: World) -> None:
    campaign, _, zhou = await earned(world)

    page = await honours(zhou, campaign)
    said = json.dumps(page, ensure_ascii=False)

    assert (page["streak"]["current"], page["streak"]["longest"]) == (0, 0)
    assert not any(one["held"] for one in page["badges"])
    assert "林" not in said
    assert ids.encode("mem", world.members["Lin"]) not in said


async def test_prizes_are_told_to_everybody_and_looking_writes_nothing(world: World) -> None:
    campaign = await world.open_campaign("energy-week")
    lin = await world.sign_in("Lin")
    before = await contents(world)

    page = await honours(lin, campaign)

    assert [(one["level"], one["measure"], one["places"]) for one in page["prizes"]] == [
        ("DEPARTMENT", "POINTS_PER_HEAD", 3)
    ]
    assert (page["streak"], page["goal"]) == (None, None)
    assert [(one["key"], one["have"], one["need"], one["held"]) for one in page["badges"]] == [
        ("five-in-a-row", 0, 5, False),
        ("low-carbon-day", 0, 1, False),
        ("all-round", 0, 4, False),
    ]
    assert await contents(world) == before
