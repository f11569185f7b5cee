"""Vector art in pixels: shapes, strokes, gradients and transforms, each as a browser draws it; nothing by halves."""

import pytest
from PIL import Image

from backend.campaigns import themes
from backend.certificates import colours
from backend.core import paths
from backend.media.paper import drawings
from backend.media.paper.outlines import Undrawable

THEMES = themes.load_all(paths.folder("campaigns"))
RED, WHITE = (255, 0, 0), (255, 255, 255)
TURNED = '<g transform="translate(50 50) rotate(90) scale(2)"><rect y="-5" width="20" height="10" fill="red"/></g>'
STROKE = 'stroke="red" stroke-width="20"'


def drawn(content: str, size: tuple[int, int] = (100, 100)) -> Image.Image:
    """Return a drawing of 100 by 100 units."""
    return drawings.drawn(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">{content.replace("STROKE", STROKE)}</svg>', size
    )


def at(content: str, *points: tuple[int, int]) -> list[object]:
    """Return the colours of some points."""
    picture = drawn(content)
    return [picture.getpixel(point) for point in points]


@pytest.mark.parametrize("theme", sorted(THEMES))
def test_the_art_of_every_theme_is_drawn_whole(theme: str) -> None:
    cover = drawings.drawn(THEMES[theme].art.cover, (240, 126))
    icon = drawings.drawn(THEMES[theme].art.icon, (64, 64))

    assert len(cover.getcolors(100_000) or []) > 50
    assert cover.getpixel((1, 124)) != cover.getpixel((1, 1)) != WHITE
    assert icon.getpixel((0, 0)) == WHITE  # its corners are round


@pytest.mark.parametrize(
    ("content", "inside", "outside"),
    [
        ('<rect x="20" y="30" width="40" height="20" fill="red"/>', (22, 32), (18, 32)),
        ('<rect x="20" y="20" width="60" height="60" rx="30" fill="red"/>', (50, 22), (23, 23)),
        ('<circle cx="50" cy="50" r="30" fill="red"/>', (50, 78), (74, 74)),
        ('<ellipse cx="50" cy="50" rx="40" ry="10" fill="red"/>', (85, 50), (50, 65)),
        ('<polygon points="50,10 90,90 10,90" fill="red"/>', (50, 80), (20, 30)),
        ('<path d="M10 10h80v30H10z" fill="red"/>', (88, 38), (88, 42)),
        ('<path d="M50 90C10 60 10 20 50 10S90 60 50 90Z" fill="red"/>', (40, 50), (12, 20)),
        ('<path d="M10 90Q50-60 90 90Z" fill="red"/>', (50, 40), (20, 20)),
        ('<path d="M20 50A30 30 0 0 1 80 50Z" fill="red"/>', (50, 25), (50, 55)),
        ('<path d="M20 50A30 30 0 0 0 80 50Z" fill="red"/>', (50, 75), (50, 45)),
        ('<path d="M10 10H90V90H10ZM30 30V70H70V30Z" fill="red"/>', (20, 20), (50, 50)),
        ('<path d="M10 10H90V90H10ZM30 30H70V70H30Z" fill="red"/>', (50, 50), (5, 5)),
        ('<path d="M10 10H90V90H10ZM30 30H70V70H30Z" fill="red" fill-rule="evenodd"/>', (20, 20), (50, 50)),
        ('<path d="M10 50H90" STROKE/>', (12, 58), (6, 50)),
        ('<path d="M20 50H80" STROKE stroke-linecap="round"/>', (12, 50), (12, 58)),
        ('<path d="M20 50H80" STROKE stroke-linecap="square"/>', (12, 58), (8, 50)),
        ('<path d="M20 80V20H80" fill="none" STROKE/>', (11, 11), (50, 50)),
        ('<path d="M20 80V20H80" fill="none" STROKE stroke-linejoin="round"/>', (14, 14), (11, 11)),
        (TURNED, (50, 80), (80, 50)),
        ('<g fill="red"><rect width="30" height="30" transform="matrix(1 0 0 1 60 60)"/></g>', (75, 75), (30, 30)),
    ],
)  # fmt: skip
def test_a_shape_covers_what_it_covers(content: str, inside: tuple[int, int], outside: tuple[int, int]) -> None:
    assert at(content, inside, outside) == [RED, WHITE]


def test_colours_are_laid_over_each_other_by_their_opacity() -> None:
    content = '<rect width="100" height="100" fill="red"/><rect width="50" height="100" fill="#00f" fill-opacity=".5"/>'

    mixed, plain = at(content, (20, 20), (80, 20))

    assert plain == RED
    assert isinstance(mixed, tuple)
    assert all(abs(part - wanted) <= 1 for part, wanted in zip(mixed, (127, 0, 128), strict=True))


def test_a_gradient_runs_between_its_stops() -> None:
    content = (
        '<defs><linearGradient id="s" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#000"/>'
        '<stop offset="100%" stop-color="#fff"/></linearGradient></defs><rect width="100" height="100" fill="url(#s)"/>'
    )

    picture = drawn(content).convert("L").point([value // 16 for value in range(256)])

    assert [picture.getpixel(point) for point in ((50, 1), (50, 50), (10, 50), (50, 98))] == [0, 8, 8, 15]


def test_a_window_shows_a_part_and_edges_are_smooth() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><circle cx="50" cy="50" r="40"/></svg>'

    part = drawings.drawn(svg, (200, 200), (50.0, 50.0, 50.0, 50.0))

    assert (part.getpixel((2, 2)), part.getpixel((198, 198))) == ((0, 0, 0), WHITE)
    assert len(part.getcolors() or []) > 8


@pytest.mark.parametrize(
    "content",
    [
        '<circle r="9" filter="url(#f)"/>',
        '<use href="#a"/>',
        '<clipPath id="c"/>',
        '<radialGradient id="g"/>',
        '<rect width="9" height="9" fill="url(#missing)"/>',
        '<rect width="9" height="9" fill="currentColor"/>',
        '<path d="M0 0 R 5 5"/>',
        '<path d="L5 5"/>',
        '<path d="M0 0L5"/>',
        '<path d="M0 0H9" stroke="red" stroke-dasharray="2"/>',
        '<g transform="skewX(30)"/>',
        "<text>x</text>",
        '<rect width="100%" height="9"/>',
        '<rect width="9" height="9" opacity="50%"/>',
        '<rect width="1e999" height="9"/>',
        '<rect width="9" height="9" fill="#ff000080"/>',
        '<path d="M0 0H9" stroke="red" stroke-width="2px"/>',
        '<polygon points="0,0 9,0 9"/>',
        "<g>" * 2000 + "</g>" * 2000,
        '<g transform="rotate()"><circle r="9"/></g>',
        '<linearGradient id="a" href="#b"/>',
        '<linearGradient id="a" gradientTransform="rotate(90)"><stop/></linearGradient>',
        '<linearGradient id="a"><stop style="stop-color:red"/></linearGradient>',
        '<linearGradient id="a"/><rect width="9" height="9" fill="url(#a)"/>',
    ],
)  # fmt: skip
def test_what_is_not_understood_is_not_drawn_by_halves(content: str) -> None:
    with pytest.raises(Undrawable):
        drawn(content)


@pytest.mark.parametrize("root", ['viewBox="0 0 0 0"', 'viewBox="0 0 9"', "", 'viewBox="0 0 9 9" style="fill:none"'])
def test_a_drawing_without_a_size_or_with_a_style_of_its_own_is_not_drawn(root: str) -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {root}><circle r="9"/></svg>'

    with pytest.raises(Undrawable):
        drawings.drawn(svg, (9, 9))
    assert colours.of(svg) == colours.PLAIN


def test_what_the_whole_drawing_says_of_itself_holds_for_its_shapes() -> None:
    said = 'version="1.1" width="24" height="24" viewBox="0 0 100 100" fill="none" stroke="red" stroke-width="20"'
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" {said}><path d="M20 80V20H80"/></svg>'

    picture = drawings.drawn(svg, (100, 100))

    assert [picture.getpixel(point) for point in ((20, 50), (50, 50))] == [RED, WHITE]
