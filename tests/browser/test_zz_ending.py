"""A campaign that ends while it is shown; last of all, for it takes the town's clock along."""

from datetime import timedelta

from tests.browser.tabs import Tab
from tests.browser.town import Town


async def test_a_campaign_that_ends_while_it_is_shown_says_so_by_itself(here: Town, tab: Tab) -> None:
    hung = await here.hang("campaign", at="F")
    await tab.show(here.base + hung.path)
    before = await tab.text()

    midnight = here.now().replace(hour=16, minute=0, second=0, microsecond=0)  # in Beijing
    here.set_clock(midnight - timedelta(seconds=1))
    await tab.page.wait_for_function("() => document.querySelector('.scene').innerText.includes('活动日已结束')")
    over = await tab.text(), await tab.faults(), await tab.told("state")
    here.set_clock(midnight + timedelta(days=2, seconds=1))  # late reports have ended as well
    await tab.until_other(over[0])
    closed = await tab.text(), await tab.faults(), await tab.told("state")

    assert "最后一天" in before
    assert "前可补报" in "".join(over[0].split())
    assert "可补报" not in "".join(closed[0].split())
    assert over[1:] == closed[1:] == ([], "live")
