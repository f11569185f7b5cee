"""Two real API processes over one database agree about every request."""

import asyncio
from pathlib import Path

import httpx

from tests.cast import Person
from tests.crash.processes import Service, environment, running
from tests.laws.play import ENERGY_ACTS, Twins, act, record, rows_of, tally, together, told

RETRIES = 50


async def test_two_processes_record_a_request_once_and_keep_to_the_limits(
    twins: Twins, database_url: str, tmp_path: Path
) -> None:
    world = twins.world
    campaign = await world.open_campaign("green-office")
    lin, zhou = await twins.members(campaign, 2)
    clock_file = tmp_path / "clock.json"
    clock_file.write_text(f'{{"real": 0, "speed": 0, "simulated": "{world.clock.now().isoformat()}"}}')
    settings = environment(database_url, mode="development", clock_file=clock_file)
    servers = [Service("serve", settings, tmp_path, f"api-{number}") for number in (1, 2)]

    async with running(*servers), httpx.AsyncClient(timeout=30) as first, httpx.AsyncClient(timeout=30) as second:
        for client, server in zip((first, second), servers, strict=True):
            client.base_url = httpx.URL(server.address or "")
        ends = [[Person(client, person.token) for client in (first, second)] for person in (lin, zhou)]
        same = act(campaign, "own_cup", world.clock.now())
        retries = (record(ends[0][turn % 2], "one-tap-of-lin", same) for turn in range(RETRIES))
        tries = [
            record(ends[1][turn % 2], f"energy-{turn:03d}", act(campaign, "energy_act", world.clock.now(), act=name))
            for turn, name in enumerate(ENERGY_ACTS * 4)
        ]
        answers, limited = await asyncio.gather(together(retries), together(tries))

    assert tally(answer["replayed"] for answer in answers) == {False: 1, True: RETRIES - 1}
    assert [told(answer) for answer in answers] == [told(answers[0])] * RETRIES
    assert tally(answer["outcomes"][0]["__typename"] for answer in limited)["Accepted"] == 3
    assert await rows_of(world.parts.database, "check_in") == 4
