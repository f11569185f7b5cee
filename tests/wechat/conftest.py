"""One loopback server for all tests of WeChat, and a new sandbox on it for each."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from backend.core.clock import FixedClock
from tests.wechat.sandbox import Sandbox, Stage, opened, served


@pytest.fixture(scope="session")
def stage() -> Iterator[tuple[Stage, str]]:
    """Return the stage and the base URL under which it is served."""
    stage = Stage()
    with served(stage) as base_url:
        yield stage, base_url


@pytest_asyncio.fixture
async def sandbox(stage: tuple[Stage, str], clock: FixedClock) -> AsyncIterator[Sandbox]:
    """Return a sandbox of the test's own, under the test's clock."""
    async with opened(*stage, clock) as sandbox:
        yield sandbox
