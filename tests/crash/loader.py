"""Clients that never stop tapping, and keep apart what was acknowledged, refused, and left in doubt."""

import asyncio
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx

from tests.cast import Failed, Person
from tests.laws.play import ENERGY_ACTS, WASTE_CLASSES, act

PAUSE_SECONDS = 0.05
ANSWER_SECONDS = 3.0


@dataclass
class Tally:
    """What became of every request."""

    sent: int = 0
    acknowledged: dict[str, str] = field(default_factory=dict)  # requestId: check-in id
    refused: list[Any] = field(default_factory=list)
    doubtful: set[str] = field(default_factory=set)
    settled: dict[str, bool] = field(default_factory=dict)  # requestId that was in doubt: had it been recorded?


def acts(campaign: str, at: datetime) -> list[dict[str, Any]]:
    """Return every act that one member can have counted today and yesterday."""
    found = []
    for moment in (at, at - timedelta(days=1)):
        found += [act(campaign, "energy_act", moment, act=name) for name in ENERGY_ACTS[:3]]
        found += [act(campaign, "waste_sorting", moment, waste_class=name) for name in WASTE_CLASSES[:2]]
        found += [act(campaign, "water_act", moment, act=name) for name in ("tap_closed", "leak_reported")]
        found += [act(campaign, "own_cup", moment), act(campaign, "paperless", moment, sheets=3)]
    return found


class Loader:
    """Sends acts one by one from several clients, each to whichever API listens at that moment."""

    def __init__(self, addresses: Callable[[], Sequence[str]], tokens: Sequence[str], seed: int) -> None:
        self.tally = Tally()
        self.stopping = False
        self._addresses = addresses
        self._tokens = tokens
        self._chance = random.Random(seed)

    async def run(self, clients: int, campaign: str, at: datetime) -> None:
        """Work with so many clients until told to stop or until every act is done."""
        work = iter([(token, turn, item) for token in self._tokens for turn, item in enumerate(acts(campaign, at))])
        async with httpx.AsyncClient(timeout=ANSWER_SECONDS) as client:
            await asyncio.gather(*(self._tap(client, work) for _ in range(clients)))

    async def _tap(self, client: httpx.AsyncClient, work: Iterator[tuple[str, int, dict[str, Any]]]) -> None:
        for token, turn, item in work:
            if self.stopping:
                return
            await self._send(client, token, f"{token}-{turn}", item)
            await asyncio.sleep(PAUSE_SECONDS * self._chance.random())

    async def _send(self, client: httpx.AsyncClient, token: str, request_id: str, item: dict[str, Any]) -> None:
        """Send one request until there is an answer; the same id makes that safe."""
        self.tally.sent += 1
        while True:
            answer = await self._ask(client, token, request_id, item)
            if answer is not None:
                break
            self.tally.doubtful.add(request_id)
            await asyncio.sleep(0.05)
        (outcome,) = answer.get("outcomes") or [answer]
        if outcome["__typename"] != "Accepted":
            self.tally.refused.append((request_id, outcome))
            return
        self.tally.acknowledged[request_id] = outcome["checkIn"]["id"]
        if request_id in self.tally.doubtful:
            self.tally.settled[request_id] = answer["replayed"]

    async def _ask(self, client: httpx.AsyncClient, token: str, request_id: str, item: dict[str, Any]) -> Any:
        """Ask once; None when nobody can say whether it was recorded."""
        addresses = self._addresses()
        if not addresses:
            return None
        person = Person(_At(client, self._chance.choice(addresses)), token)  # type: ignore[arg-type]
        try:
            return await person.run("RecordCheckIns", input={"requestId": request_id, "items": [item]})
        except httpx.HTTPError:
            return None
        except Failed as fault:
            if fault.codes != ["UNAVAILABLE"]:
                raise
            return None


class _At:
    """The shared client, speaking to one address."""

    def __init__(self, client: httpx.AsyncClient, address: str) -> None:
        self._client = client
        self._address = address

    async def post(self, path: str, **more: Any) -> httpx.Response:
        return await self._client.post(self._address + path, **more)
