"""A result is sealed once: by what counts, whatever its rows are called, and it stays as it was sealed."""

import json

from backend.settlement import lines, recount
from backend.settlement.tables import Seal
from tests.cast import World
from tests.settlement.way import acts, findings, to_seal


def told(seal: Seal) -> list[dict[str, object]]:
    """Return the lines of a seal."""
    return [json.loads(text) for text in lines.read(seal.document)]


async def test_a_seal_holds_every_act_that_counts_and_nobodys_name(world: World) -> None:
    campaign = await world.open_campaign("green-office")
    people = await world.add_members("A", "财务处", 6)
    await acts(world, campaign, people)
    await acts(world, campaign, people[:2], "paperless", sheets=3)

    seal = await to_seal(world, campaign)

    found = told(seal)
    assert [one["line"] for one in found[:3]] == ["seal", "rules", "calendar"]
    assert len([one for one in found if one["line"] == "act"]) == 8
    assert [one["participants"] for one in found if one["line"] == "standing"] == [6, 6]
    assert lines.digest(seal.document) == seal.digest
    assert "员工" not in "".join(text.decode() for text in lines.read(seal.document))
    assert recount.first_wrong(lines.read(seal.document)) is None
    assert await findings(world) == []
