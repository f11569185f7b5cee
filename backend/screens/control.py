"""Set what a screen is called, which language it speaks, and what it shows."""

from collections.abc import Mapping, Sequence

from sqlmodel import col, update

from backend.core.db import WriteSession
from backend.core.text import Locale
from backend.rewards.errors import EditionPassed
from backend.screens import playlists, service
from backend.screens.programme import Item
from backend.screens.tables import Screen


async def set_screen(
    session: WriteSession,
    screen: Screen,
    edition: int,
    *,
    place: str,
    locale: Locale | None,
    items: Sequence[Item] | None,
) -> None:
    """Set a screen of the edition that the organiser has seen, and of no other; raises InvalidValue, EditionPassed.

    Who asks for what stands already, having seen this edition or an earlier one, has it: their answer got lost.
    """
    wanted = {"place": service.checked_place(place), "locale": locale, "playlist": playlists.written(items)}
    if _stands(screen, edition, wanted):
        return
    changed = await session.exec(
        update(Screen)
        .where(col(Screen.id) == screen.id, col(Screen.edition) == edition, col(Screen.revoked_at).is_(None))
        .values(**wanted, edition=edition + 1)
        .execution_options(synchronize_session=False)
    )
    await session.refresh(screen)
    if changed.rowcount == 0 and not _stands(screen, edition, wanted):
        raise EditionPassed


def _stands(screen: Screen, edition: int, wanted: Mapping[str, str | None]) -> bool:
    return edition <= screen.edition and all(getattr(screen, name) == value for name, value in wanted.items())
