"""Make the fonts of this folder: Noto Sans SC in two weights, every character it has, as small as they go.

Run it where fontTools with Brotli and the package `justmytype-intl-cjk` are installed, which brings the variable
Noto Sans SC 2.004 with its licence: `python backend/media/fonts/make.py`. It takes two minutes and replaces what
lies here: a WOFF2 for each weight, the licence (SIL Open Font License 1.1), and `coverage.txt`, the ranges of
characters that can be printed, because the service itself has nothing to read a font's table with.

All 30,890 characters stay. A subset by GB 2312 has a quarter of the bytes and prints boxes for common names
(喆 堃 翀 赟), for the 〇 of dates, for the dot between foreign names and for the long dash.
"""

import shutil
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

HERE = Path(__file__).parent
WEIGHTS = {"Regular": 400, "Bold": 700}
# Spacing of Latin pairs and accents; everything else in there is for vertical text and other languages.
FEATURES = ["kern", "ccmp", "mark", "mkmk"]
NAMES = [0, 1, 2, 3, 4, 5, 6, 13, 14]  # copyright, family and version, licence


def ranges(characters: Iterable[int]) -> list[str]:
    """Return code points as lines of `first-last`, in hexadecimal."""
    found: list[list[int]] = []
    for one in sorted(characters):
        if found and one == found[-1][1] + 1:
            found[-1][1] = one
        else:
            found.append([one, one])
    return [f"{first:x}-{last:x}" for first, last in found]


def make(source: Path, name: str, weight: int) -> list[int]:
    """Write one weight and return the characters that it has."""
    font = TTFont(source, recalcTimestamp=False)
    characters = list(font.getBestCmap())
    static = instancer.instantiateVariableFont(font, {"wght": weight}, updateFontNames=True)
    options = subset.Options()
    options.flavor, options.hinting = "woff2", False
    options.layout_features, options.name_IDs = FEATURES, NAMES
    options.drop_tables += ["vhea", "vmtx", "BASE"]
    options.notdef_outline = True
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=characters)
    cutter.subset(static)
    subset.save_font(static, HERE / f"NotoSansSC-{name}.woff2", options)
    return list(static.getBestCmap())


def main() -> None:
    """Make every weight and what belongs to them."""
    folder = Path(str(files("justmytype_intl_cjk") / "fonts" / "ofl" / "notosanssc"))
    covered = [make(folder / "NotoSansSC[wght].ttf", name, weight) for name, weight in WEIGHTS.items()]
    assert covered[0] == covered[1], "the weights have different characters"
    (HERE / "coverage.txt").write_text("\n".join(ranges(covered[0])) + "\n", encoding="ascii")
    shutil.copy(folder / "OFL.txt", HERE)


if __name__ == "__main__":
    main()
