"""What a preview says of prizes: the theme's own where it has them, else the places that a board shows."""

import pytest

from backend.amendments.figures import prize_places
from backend.leaderboards.outlook import Pair
from backend.leaderboards.queries import Level, Measure
from tests.campaigns.city import SHELF

THEME = SHELF.theme("energy-week")  # three prizes for departments, by points a head, over the whole campaign


@pytest.mark.parametrize(
    ("level", "period", "measure", "places"),
    [
        ("department", "campaign", "points_per_head", 3),
        ("department", "campaign", "points", 0),
        ("institution", "campaign", "points_per_head", 0),
        ("department", "2026-W25", "points_per_head", 0),
    ],
)
def test_prizes_are_those_of_the_theme(level: Level, period: str, measure: Measure, places: int) -> None:
    assert prize_places(THEME, Pair(level, period, measure, 1, [], [])) == places


def test_a_theme_without_prizes_has_the_places_that_its_boards_show() -> None:
    bare = THEME.model_copy(update={"prizes": ()})

    assert prize_places(bare, Pair("person", "2026-W25", "points", 1, [], [])) == THEME.boards.top
