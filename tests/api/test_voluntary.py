"""Voluntary by construction: the rules of 国办函〔2026〕12号 that the product keeps, one test each."""

from typing import Any

import pytest
from graphql import GraphQLInputObjectType, GraphQLObjectType, build_schema, get_named_type

from backend.campaigns import themes
from backend.checkins.kind import all_kinds
from backend.checkins.proof import Proof
from backend.checkins.requests import Item
from backend.core import paths
from tests.api.asking import accepted, act, board, failed, forget_boards, join, joined, record_for
from tests.cast import Person, World, trip
from tests.leaderboards.test_places import both_trips, followed_by_four

SCHEMA = build_schema((paths.folder("graphql") / "schema.graphql").read_text(encoding="utf-8"))
THEMES = themes.load_all(paths.folder("campaigns"))
LEVELS = ("PERSON", "DEPARTMENT", "INSTITUTION")


def fields_of(name: str) -> set[str]:
    """Return the names of a type's fields."""
    found = SCHEMA.type_map[name]
    assert isinstance(found, GraphQLObjectType)
    return set(found.fields)


async def everything_shown(world: World, campaign: str, reader: Person) -> str:
    """Return every board of a campaign, and the screen, as text."""
    forget_boards(world)
    shown: list[Any] = []
    for level in LEVELS:
        for period in ("CAMPAIGN", "DAY"):
            for measure in ("POINTS", "CARBON_PER_HEAD"):
                if level == "PERSON" and measure.endswith("PER_HEAD"):
                    continue
                shown.append((await board(reader, campaign, level, period, measure))["board"])
    wu = await world.sign_in("Wu")
    asked = {"institutionId": world.institution_id("A"), "place": "一层食堂"}
    path = (await wu.run("RegisterScreen", input=asked))["path"]
    shown += [(await world.client.get(f"{path}{more}")).text for more in ("", "/board.json")]
    return repr(shown)


async def test_nobody_takes_part_but_by_their_own_act_and_leaving_hides_them_everywhere(world: World) -> None:
    campaign = await world.open_campaign()
    lin, zhou = await world.sign_in("Lin"), await world.sign_in("Zhou")
    assert [one["joined"] for one in (await lin.run("Home"))["campaigns"]] == [False]
    for person, name in ((lin, "小满"), (zhou, "立夏")):
        await join(person, campaign)
        await person.run("SetDisplayName", input={"displayName": name})
        await accepted(person, *both_trips(world, campaign))
    await followed_by_four(world, campaign)
    await world.project()
    before = await everything_shown(world, campaign, zhou)

    await lin.run("LeaveCampaign", input={"campaignId": campaign})

    after = await everything_shown(world, campaign, zhou)
    assert "小满" in before
    assert "小满" not in after
    assert "立夏" in after
    assert "'participants': 6" in before
    assert "'participants': 6" not in after
    assert (await lin.run("MyLedger", after=None))["balance"]["points"] == 10  # what was earned stays theirs


@pytest.mark.parametrize("name", ["CampaignInput", "RecordCheckInsInput", "CheckInInput", "SetDisplayNameInput"])
def test_no_input_lets_anybody_join_or_record_for_somebody_else(name: str) -> None:
    taken = SCHEMA.type_map[name]

    assert isinstance(taken, GraphQLInputObjectType)
    assert not [field for field in taken.fields if "member" in field.lower() or "staff" in field.lower()]


async def test_nothing_shown_lists_those_who_do_not_take_part_or_stand_at_the_bottom(world: World) -> None:
    campaign = await world.open_campaign("energy-week")
    lin, zhou = await joined(world, "Lin", campaign), await world.sign_in("Zhou")
    people = await world.add_members("A", "办公室", 6)
    acts = [Item(campaign, "energy_act", world.clock.now(), {"act": one}) for one in ("stairs", "lights_off")]
    await record_for(world, campaign, dict.fromkeys(people, acts))
    await lin.run("SetDisplayName", input={"displayName": "小满"})
    await accepted(lin, act(campaign, "energy_act", world.clock.now(), act="stairs"))
    await world.project()

    shown = await everything_shown(world, campaign, lin)

    assert "周*" not in shown  # Zhou has not joined
    assert "小满" not in shown  # Lin stands last of seven
    assert (await board(lin, campaign, "PERSON"))["me"]["place"]["rank"] == 7
    assert (await board(zhou, campaign, "PERSON"))["me"]["place"] is None
    arguments = {"campaignId", "level", "period", "measure"}
    viewer = SCHEMA.type_map["Viewer"]
    assert isinstance(viewer, GraphQLObjectType)
    assert set(viewer.fields["board"].args) == arguments  # no page, no order, no other member


async def test_a_board_shows_chosen_or_masked_names_and_a_place_beside_it_has_none(world: World) -> None:
    campaign = await world.open_campaign()
    lin, zhou = await joined(world, "Lin", campaign), await joined(world, "Zhou", campaign)
    await zhou.run("SetDisplayName", input={"displayName": "立夏"})
    for person in (lin, zhou):
        await accepted(person, *both_trips(world, campaign))
    await followed_by_four(world, campaign)
    await world.project()

    shown = await everything_shown(world, campaign, lin)

    for secret in ("林小满", "周立夏", "A001", "A002", "13800000001", "mem_"):
        assert secret not in shown
    assert {row["name"] for row in (await board(lin, campaign, "PERSON"))["board"]["rows"]} == {"林**", "立夏", "员**"}
    assert fields_of("BoardPlace") == {"rank", "value", "label", "mine", "correction"}
    assert fields_of("BoardRow") == {
        *("rank", "name", "value", "label", "participants"),
        *("correction", "correctionLabel"),  # of groups only: tests/settlement/test_corrections.py
    }


async def test_no_figure_of_a_named_group_of_fewer_than_five_is_shown(world: World) -> None:
    campaign = await world.open_campaign()
    details = {"mode": "walk", "distance": "from_1_km", "direction": "to_work"}
    people = await world.add_members("A", "保管科", 9)
    item = Item(campaign, "commute", world.clock.now(), details)
    await record_for(world, campaign, {one: [item] for one in people[:4]})
    await world.project()
    lin = await world.sign_in("Lin")

    few = await everything_shown(world, campaign, lin)
    await record_for(world, campaign, {people[4]: [item]})
    await world.project()
    enough = await everything_shown(world, campaign, lin)

    assert "保管科" not in few
    assert "保管科" in enough


@pytest.mark.parametrize("key", sorted(THEMES))
def test_every_kind_of_a_theme_earns_something_without_photo_place_or_steps(key: str) -> None:
    theme = THEMES[key]
    by_hand = [rule for rule in theme.kinds if not all_kinds()[rule.kind].fed]

    assert by_hand
    for rule in by_hand:
        schema = all_kinds()[rule.kind].details.model_json_schema()
        assert not {"photo", "picture", "location", "latitude", "longitude", "steps", "track"} & set(
            schema["properties"]
        )
        assert theme.proof_credit.percent(Proof.SELF_DECLARED.value) > 0


@pytest.mark.parametrize("key", sorted(THEMES))
def test_every_theme_says_that_taking_part_is_voluntary_and_names_nobody(key: str) -> None:
    assert "自愿" in THEMES[key].copy_in("zh-CN").privacy
    assert "voluntary" in THEMES[key].copy_in("en").privacy.lower()


async def test_what_an_organiser_reads_of_acts_names_no_person(world: World) -> None:
    campaign = await world.open_campaign()
    lin, wu = await joined(world, "Lin", campaign), await world.sign_in("Wu")
    await accepted(lin, trip(campaign, world.clock.now()))

    response = await wu.send("ReportedCheckIns", {"institutionId": world.institution_id("A"), "campaignId": campaign})

    assert response.json()["data"]["reportedCheckIns"]["items"][0]["points"] == 5
    for secret in ("林", "A001", "mem_"):
        assert secret not in response.text
    types = [SCHEMA.type_map[name] for name in ("CheckIn", "CheckInPage")]
    known = {get_named_type(field.type).name for one in types for field in one.fields.values()}  # type: ignore[attr-defined]
    assert "Member" not in known


async def test_only_the_member_reads_their_own_entries(world: World) -> None:
    campaign = await world.open_campaign()
    lin, wu = await joined(world, "Lin", campaign), await world.sign_in("Wu")
    (made,) = await accepted(lin, trip(campaign, world.clock.now()))

    assert (await wu.run("ExplainTransfer", id=made["carbonEntry"]))["transfer"] is None
    assert (await wu.run("MyCheckIns", after=None))["checkIns"]["items"] == []
    screen = Person(world.client, None)
    await failed(screen, "MyLedger", "UNAUTHENTICATED", zh="登录已失效", en="session has ended")
