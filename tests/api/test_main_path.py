"""The product's whole main path, through the shipped documents."""

from datetime import timedelta

from tests.cast import World, trip


async def test_a_member_checks_in_earns_explained_points_and_the_board_moves(world: World) -> None:
    campaign = await world.open_campaign()
    lin = await world.sign_in("Lin")
    home = await lin.run("Home")
    assert [one["id"] for one in home["campaigns"]] == [campaign]
    joined = await lin.run("JoinCampaign", input={"campaignId": campaign})
    assert joined["__typename"] == "CampaignJoined"

    receipt = await lin.run(
        "RecordCheckIns", input={"requestId": "first-trip", "items": [trip(campaign, world.clock.now())]}
    )

    assert receipt["__typename"] == "CheckInReceipt", receipt
    (outcome,) = receipt["outcomes"]
    assert outcome["__typename"] == "Accepted", outcome
    # 5 km × 0.072 kgCO2/km × 50 % = 180 g
    assert outcome["checkIn"]["carbon"]["milligrams"] == 180_000
    explained = await lin.run("ExplainTransfer", id=outcome["checkIn"]["carbonEntry"])
    assert "= 180 g" in explained["transfer"]["explanation"]["sentence"]
    await world.project()
    world.clock.advance(timedelta(seconds=1))
    board = await lin.run("Board", campaignId=campaign, level="PERSON", period="CAMPAIGN", measure="POINTS")
    assert (board["board"]["board"]["participants"], board["board"]["board"]["points"]) == (1, 5)
    assert board["board"]["board"]["rows"] == []  # nobody is named while so few take part
    assert board["board"]["me"]["place"]["rank"] == 1
