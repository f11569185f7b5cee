"""Pictures that others made and that are placed on a page."""

import io

from PIL import Image, UnidentifiedImageError


def opened(picture: bytes | None) -> Image.Image | None:
    """Return a picture that can be placed, or None: there is none, or it cannot be read."""
    if picture is None:
        return None
    try:
        found = Image.open(io.BytesIO(picture), formats=["PNG", "JPEG"])
        found.load()
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return None
    return found
