"""The shop of Institution A, and two instances over one database."""

import pytest

from tests.cast import World
from tests.laws.conftest import twins
from tests.rewards.shop import Shop

__all__ = ["twins"]


@pytest.fixture
async def shop(world: World) -> Shop:
    """Return the rewards of Institution A, kept by Wu."""
    return Shop(world, await world.sign_in("Wu"))
