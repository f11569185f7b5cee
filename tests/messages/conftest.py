"""What tests of messages share: a world in which they go further."""

from collections.abc import AsyncIterator

import pytest_asyncio

from backend.core.clock import FixedClock
from tests.messages.post import Post, at, posting


@pytest_asyncio.fixture
async def post(database_url: str, clock: FixedClock) -> AsyncIterator[Post]:
    """Bring the cast at a quarter past ten, when nobody else sends."""
    clock.at = at(10, 15)
    async with posting(database_url, clock) as post:
        yield post
