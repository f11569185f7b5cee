"""A second API instance beside the one of the shared fixtures."""

from collections.abc import AsyncIterator

import httpx
import pytest

from backend import app as apps
from tests.cast import World, settings_for
from tests.laws.play import Twins


@pytest.fixture
async def twins(world: World, database_url: str) -> AsyncIterator[Twins]:
    """Two instances over one database, each with caches, connections and writers of its own."""
    sandbox = httpx.AsyncClient(transport=world.wechat._transport, base_url="http://wechat.test")
    app = apps.create(settings_for(database_url), world.clock, sandbox)
    transport = httpx.ASGITransport(app=app)
    client = httpx.AsyncClient(transport=transport, base_url="http://second.test")
    async with client, app.router.lifespan_context(app):
        yield Twins(world, client)
