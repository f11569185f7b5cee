"""Square codes as their modules, which page and picture paint alike."""

from functools import lru_cache

import segno

QUIET = 4  # modules of white around it, as ISO/IEC 18004 asks


@lru_cache(maxsize=256)
def modules(text: str) -> tuple[str, ...]:
    """Return the rows of a square code that says this, as 0 and 1 (dark), with its quiet zone."""
    made = segno.make(text, error="m", micro=False)
    return tuple("".join("1" if dark else "0" for dark in row) for row in made.matrix_iter(border=QUIET))
