"""Play parts of the week as they are named on standard input; say on standard output how it goes.

In: the key of a part on a line of its own, or `guest`. Out: one JSON object a line, `{"progress": …}` while a
part is played and `{"finished": …}` after it. The client ends when standard input does.
"""

import argparse
import asyncio
import json
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from demo import prelude, week
from demo.client import notices, personas
from demo.client.before import Before
from demo.client.canteens import Canteens
from demo.client.drive import Drive
from demo.client.letters import Letters
from demo.client.memory import Memory
from demo.client.offices import SCREENS, Offices
from demo.client.papers import Papers
from demo.client.phone import Desk, Phone, Tally
from demo.client.reviewing import Reviewers
from demo.client.rewards import Rewards
from demo.client.service import AT_ONCE, Service, WeChat, connect
from demo.week import EVE, MIDNIGHT, Part

_SAID_EVERY = 25  # people


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="demo.client")
    parser.add_argument("--service", required=True, help="base URL")
    parser.add_argument("--wechat", required=True, help="base URL of the sandbox")
    parser.add_argument("--memory", required=True, type=Path)
    parser.add_argument("--papers", required=True, type=Path, help="where fetched papers are kept")
    parser.add_argument("--monday", required=True, type=date.fromisoformat)
    parser.add_argument("--days", required=True, type=int)
    parser.add_argument("--seed", required=True, type=int)
    return parser.parse_args()


def _say(**words: Any) -> None:
    print(json.dumps(words, ensure_ascii=False), flush=True)


class Town:
    """Everybody with a phone."""

    def __init__(self, desk: Desk, openids: Sequence[str], monday: date, last: Part) -> None:
        self._desk = desk
        self._monday = monday
        self._last = last
        self._offices = Offices(desk, list(openids))
        self._drive = Drive(desk, list(openids))
        self._reviewers = Reviewers(desk, list(openids))
        self._before = Before(desk, openids, monday)
        self._canteens = Canteens(desk)
        self._rewards = Rewards(desk)
        self._letters = Letters(desk)
        staff = [personas.of(one, desk.seed) for one in openids if "-staff-" in one]
        self._people = [(one, Phone(desk, one.openid)) for one in staff if one is not None]

    async def play(self, part: Part) -> None:
        """Play one part to its end."""
        self._desk.tally = Tally()
        if part.spoken:
            await self._before.play(part)
        elif part.name == EVE:
            self._desk.posters.clear()  # those of the campaign before
            await self._offices.prepare(self._monday)
            await self._drive.announce(self._monday)
            await self._rewards.offer(self._monday)
            await self._letters.plan_ahead(self._monday)
        elif part.name == MIDNIGHT:
            await self._offices.wait_until_open()
        else:
            await self._offices.before(part)
            await self._reviewers.before(part)
            await self._everybody(part)
            await self._offices.after(part)
            await self._drive.after(part)
            await self._canteens.after(part)
            phones = [phone for _, phone in self._people]
            await self._reviewers.after(part, {phone.openid: phone for phone in phones})
            present = [phone for persona, phone in self._people if persona.active(part.number)]
            await self._rewards.after(part, present)
            await self._letters.after(part, present, is_last=part == self._last)

    async def guest(self) -> dict[str, Any]:
        """Return somebody's session to look around with, and one explained entry of their ledger."""
        organiser = Phone(self._desk, SCREENS[0][0])
        await organiser.sign_in()
        prefix = SCREENS[0][0].replace("organiser", "staff")
        stay = (phone for persona, phone in self._people if persona.first_day == 0 and persona.leaves_on is None)
        phone = next((one for one in stay if one.openid.startswith(prefix)), None)
        if phone is None:
            return {}
        await phone.sign_in()
        home, ledger = await phone.run("Home"), await phone.run("MyLedger")
        said = [one["explanation"]["sentence"] for one in ledger["ledger"]["items"] if one["ledger"] == "carbon_mg"]
        return {
            "name": home["member"]["name"],
            "institution": home["member"]["institution"],
            "token": phone.token,
            "organiser_token": organiser.token,
            "points": home["balance"]["points"],
            "carbon": home["balance"]["carbon"]["label"],
            "sentence": said[0] if said else "",
        }

    def screens(self) -> list[dict[str, str]]:
        """Return the screens that hang by now."""
        return self._offices.screens()

    async def _everybody(self, part: Part) -> None:
        waiting = [pair for pair in self._people if pair[0].active(part.number)]
        total, done = len(waiting), Counter[str]()

        async def serve() -> None:
            while waiting:
                persona, phone = waiting.pop()
                await phone.play(persona, part)
                done["people"] += 1
                if done["people"] % _SAID_EVERY == 0:
                    _say(progress=done["people"] / total, check_ins=self._desk.tally.accepted)

        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(serve())


async def main() -> None:
    """Read what to play, line by line."""
    asked = _arguments()
    async with connect(asked.service) as service, connect(asked.wechat) as wechat:
        desk = Desk(Service(service), WeChat(wechat), Memory(asked.memory), asked.seed)
        own = list(week.parts(asked.monday, asked.days))
        parts = {part.key: part for part in (*prelude.parts(asked.monday), *own)}
        await notices.furnish(desk.wechat)
        town = Town(desk, await desk.wechat.openids(), asked.monday, own[-1])
        while line := await asyncio.to_thread(sys.stdin.readline):
            word = line.strip()
            if word == "guest":
                _say(guest=await town.guest(), papers=await Papers(desk, asked.papers).gather())
                continue
            await town.play(parts[word])
            tally = desk.tally
            _say(
                finished=word,
                check_ins=tally.accepted,
                people=tally.people,
                problems=dict(tally.problems),
                screens=town.screens(),
            )


if __name__ == "__main__":
    asyncio.run(main())
