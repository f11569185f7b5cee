"""A campaign of the district with a draw."""

import pytest

from tests.cast import World
from tests.draws.raffle import Raffle, begin


@pytest.fixture
async def raffle(world: World) -> Raffle:
    """Return a campaign that runs, and Sun who organises it."""
    return await begin(world)
