"""Screens as tests have them: each a browser with cookies of its own, in front of the API."""

from typing import Any

import httpx

from tests.api.asking import fresh_id
from tests.cast import Person, World

COOKIE = "tanhui_screen"


class Device(httpx.AsyncClient):
    """A television: it keeps its cookie and knows nothing else."""

    def __init__(self, world: World, address: str = "10.0.0.1") -> None:
        transport = httpx.ASGITransport(app=world.client._transport.app, client=(address, 40000))  # type: ignore[attr-defined]
        super().__init__(transport=transport, base_url="http://api.test")

    @property
    def key(self) -> str:
        """Return what the cookie holds."""
        return self.cookies.get(COOKIE) or ""

    async def begin(self) -> dict[str, Any]:
        """Ask for a code."""
        answer = await self.post("/screen/pairings")
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    async def state(self) -> str:
        """Ask how it stands."""
        state: str = (await self.get("/screen/pairings")).json()["state"]
        return state


def asked(world: World, code: str, at: str = "A", place: str = "一层食堂", **more: Any) -> dict[str, Any]:
    """Return the input of PairScreen."""
    return {"requestId": fresh_id(), "institutionId": world.institution_id(at), "code": code, "place": place, **more}


async def pair(world: World, person: Person, device: Device, **more: Any) -> Any:
    """Let a device be paired and return the screen."""
    code = (await device.begin())["code"]
    paired = await person.run("PairScreen", input=asked(world, code, **more))
    assert paired["__typename"] == "ScreenPaired", paired
    return paired["screen"]
