"""What the command line says of seals, in the database and in files."""

from pathlib import Path

from backend.campaigns import queries as campaigns
from backend.core import ids
from backend.core.db import Database
from backend.core.errors import NotFound
from backend.settlement import lines, queries, recount, verify

CAMPAIGN_ID = "cmp"


def number_of(campaign: str) -> int:
    """Return a campaign's row number from its opaque id, or from the number itself; raises NotFound."""
    return int(campaign) if campaign.isascii() and campaign.isdigit() else ids.decode(CAMPAIGN_ID, campaign)


async def show(database: Database, campaign: str) -> str:
    """Tell what a seal says of itself and of the institutions; raises NotFound while there is none."""
    number = number_of(campaign)
    async with database.read() as session:
        running, seal = await campaigns.one(session, number), await queries.seal_of(session, number)
        if running is None or seal is None:
            raise NotFound(what=campaign)
        standings = await queries.standings(session, number, "institution")
        people = len(await queries.standings(session, number, "person"))
    told = [
        f"{running.rules.title.zh} · {running.rules.title.en}",
        f"sealed at {queries.shown(seal.sealed_at)} (Beijing time)",
        f"digest {seal.digest}",
        f"{people} participants, {sum(one.acts for one in standings)} acts",
    ]
    ranked = sorted(standings, key=lambda one: (-one.points, one.name or ""))
    return "\n".join([*told, *(f"  {one.points} points, {one.carbon_mg} mg CO2e: {one.name}" for one in ranked)])


async def check(database: Database, campaign: str) -> str | None:
    """Return what is wrong with the seal of a campaign in the database, or None."""
    async with database.read() as session:
        return await verify.first_wrong(session, number_of(campaign))


def check_file(path: Path, published: str | None) -> tuple[str, str | None]:
    """Return the digest of an exported seal, and the first thing that is wrong with it.

    A file agrees with itself also when all of it was written anew: only the published digest tells that it is the one.
    """
    with path.open("rb") as file:
        imported = lines.Imported(file)
        wrong = recount.first_wrong(imported)
    wrong = imported.wrong or wrong
    if wrong is None and published is not None and published.lower() != imported.digest:
        wrong = f"its digest is {imported.digest}, the published one {published}"
    return imported.digest, wrong
