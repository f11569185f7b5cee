"""Who handles devices: organisers and those above them, and the recyclers who are let in for that and nothing else."""

from dataclasses import dataclass

from backend.core.api import Context
from backend.core.db import ReadSession
from backend.core.errors import Forbidden
from backend.identity import queries as identity
from backend.identity import sessions
from backend.identity.errors import NotOnRoster
from backend.identity.roles import DECIDERS, KEEPERS


@dataclass(frozen=True)
class Keeper:
    """Somebody who holds a role: over which parts of the tree, and where they belong today."""

    member_id: int
    institution_id: int
    paths: tuple[str, ...]  # of the institutions over which they hold one of the roles asked for
    office_paths: tuple[str, ...]  # of those over which they hold more than a recycler's role

    def reaches(self, path: str) -> bool:
        """Tell whether the institution with that path is theirs to act in."""
        return any(path.startswith(own) for own in self.paths)

    def is_office(self, path: str) -> bool:
        """Tell whether they see there what an organiser sees."""
        return any(path.startswith(own) for own in self.office_paths)


async def anybody(context: Context, session: ReadSession, roles: tuple[str, ...] = KEEPERS) -> Keeper:
    """Return who asks, with the reach of these roles, which may be none; raises Unauthenticated, NotOnRoster."""
    member_id = await sessions.member_id(context, session)
    place = await identity.place_of(session, member_id, sessions.today(context))
    if place is None:  # who has left the rosters handles nothing, even while a grant stands
        raise NotOnRoster
    held = await identity.roles(session, member_id)
    paths = tuple(reached.path for role, reached in held if role in roles)
    office = tuple(reached.path for role, reached in held if role in DECIDERS)
    return Keeper(member_id, place.institution_id, paths, office)


async def keeper(context: Context, session: ReadSession, roles: tuple[str, ...] = KEEPERS) -> Keeper:
    """Return who asks, with the reach of these roles; raises Forbidden when they hold none of them anywhere."""
    try:
        found = await anybody(context, session, roles)
    except NotOnRoster:
        raise Forbidden from None
    if not found.paths:
        raise Forbidden
    return found
