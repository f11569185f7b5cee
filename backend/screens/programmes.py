"""The playlist of a screen: as its organiser has set it, or the standing one."""

from typing import Any

from backend.screens import playlists
from backend.screens.legible import legible
from backend.screens.programme import Item
from backend.screens.scene import all_scenes
from backend.screens.tables import Screen

ZONE_MINUTES = 480  # Beijing time: eight hours before UTC, all year


def standing() -> tuple[Item, ...]:
    """Return the playlist of a screen for which none is set."""
    return tuple(Item(scene.key, scene.seconds) for scene in all_scenes().values() if scene.in_default)


def items(screen: Screen) -> tuple[Item, ...]:
    """Return a screen's playlist; items of scenes that there are no more are left out."""
    if screen.playlist is None:
        return standing()
    return tuple(item for item in playlists.read(screen.playlist) or () if item.scene in all_scenes())


def told(screen: Screen) -> dict[str, Any]:
    """Return what a page knows of its screen."""
    return {
        "place": legible(screen.place),
        "locale": screen.locale,
        "edition": screen.edition,
        "zone_minutes": ZONE_MINUTES,
        "items": [item.told() for item in items(screen)],
    }
