"""One browser and one town for all browser tests of a process."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.browser import chromium, tabs, town
from tests.browser.tabs import Tab
from tests.browser.town import Town

HERE = Path(__file__).parent
SECONDS = chromium.INSTALL_SECONDS + 120  # the first test may bring the browser


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let tests that use a browser share one event loop, and let them wait for it to be brought."""
    for item in items:
        if HERE in item.path.parents and {"browser", "tab", "here"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
            item.add_marker(pytest.mark.timeout(SECONDS))


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Return the path of a Chromium; without one the test is skipped, and says what to install."""
    try:
        return chromium.provided()
    except chromium.Missing as missing:
        pytest.skip(str(missing))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium_path: str) -> AsyncIterator[Browser]:
    """Run the browser."""
    async with chromium.launched(chromium_path) as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def here(chromium_path: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    """Serve the town, unless there is nobody to look at it."""
    async with town.served(tmp_path_factory.mktemp("town")) as serving:
        yield serving


@pytest_asyncio.fixture(loop_scope="session")
async def tab(browser: Browser) -> AsyncIterator[Tab]:
    """Open a tab with a profile of its own; what its console complained of must have been expected."""
    async with tabs.opened(browser) as made:
        yield made
        assert made.said == []
