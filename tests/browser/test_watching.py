"""A screen in a real browser shows its board and follows it."""

import time

from tests.browser.tabs import Tab
from tests.browser.town import Town


async def test_the_board_moves_within_two_seconds_of_a_check_in(here: Town, tab: Tab) -> None:
    hung = await here.hang("departments")
    await tab.show(here.base + hung.path)
    await tab.force("departments")
    took = []
    for _ in range(3):
        before = await tab.text()
        began = time.monotonic()
        await here.check_in()
        await tab.page.wait_for_function(
            "before => [...document.querySelectorAll('.scene')].map(one => one.innerText).join('\\n') !== before", arg=before
        )
        took.append(time.monotonic() - began)
    print([round(one, 2) for one in took])
    assert min(took) < 2
