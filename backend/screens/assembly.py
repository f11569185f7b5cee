"""Put the parts of screens together: what holds keys, makes walls, pushes them, hears of screens, and the paths."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.routing import Route

from backend.campaigns.shelf import Shelf
from backend.core.clock import Clock
from backend.core.db import Database
from backend.core.vault import Vault
from backend.leaderboards.boards import Boards
from backend.media.studio import Studio
from backend.screens.assets import assets
from backend.screens.beats import Beats
from backend.screens.holders import Holders
from backend.screens.hub import Hub
from backend.screens.pages import Pages
from backend.screens.pairing_pages import PairingPages
from backend.screens.players import Pictures, Players
from backend.screens.previews import Previews
from backend.screens.showing import Showing
from backend.screens.sightings import Sightings
from backend.screens.walls import Walls
from backend.settings import Settings


@dataclass(frozen=True)
class Screens:
    """What all the paths of screens share."""

    database: Database
    vault: Vault
    clock: Clock
    settings: Settings
    studio: Studio
    showing: Showing
    holders: Holders
    walls: Walls
    hub: Hub
    sightings: Sightings

    def routes(self) -> list[Route]:
        """Return the routes; those with a name of their own come before those that begin with a key."""
        database, vault, clock, base = self.database, self.vault, self.clock, self.settings.public_base_url
        pictures = Pictures(database, self.studio)
        pairing = PairingPages(database, vault, clock, self.settings)
        told = (
            assets(),
            pairing,
            Beats(self.holders, self.sightings),
            Players(database, clock, self.walls, self.holders, pictures, self.sightings, base),
            Previews(database, vault, clock, self.walls, pictures, assets(), base),
            Pages(database, vault, clock, self.showing, self.walls, self.holders, self.hub, pairing, assets(), base),
        )
        return [route for one in told for route in one.routes()]

    @asynccontextmanager
    async def served(self) -> AsyncIterator[None]:
        """Write down what is heard of screens while the block runs, and end what is pushed after it."""
        hearing = asyncio.create_task(self.sightings.run())
        yield
        await self.hub.close()
        hearing.cancel()
        await asyncio.gather(hearing, return_exceptions=True)


def assembled(  # noqa: PLR0917 - the parts it is made of
    database: Database, vault: Vault, clock: Clock, settings: Settings, boards: Boards, shelf: Shelf, studio: Studio
) -> Screens:
    """Make the parts once."""
    holders = Holders(database, vault)
    seconds = settings.board_seconds
    walls = Walls(database, vault, boards, clock, settings.suppression_threshold, seconds, assets().hash, shelf)
    return Screens(
        database,
        vault,
        clock,
        settings,
        studio,
        Showing(database, vault, boards, clock, seconds),
        holders,
        walls,
        Hub(walls, holders, clock, seconds),
        Sightings(database, clock),
    )
