"""Judge what EXIF says of a photo, before it is thrown away: when taken, how far from the site, edited or not.

Only the verdict is kept, in words as coarse as these; the time and the position themselves are not. EXIF is
easily forged, so a verdict raises or lowers suspicion and decides nothing. Tags: Exif 2.32 (CIPA DC-008-2019).
"""

import math
import re
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from PIL import Image

from backend.media.developed import Position, Told

BEIJING = timezone(timedelta(hours=8))
NEAR_METRES = 500
_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825
_SOFTWARE, _TAKEN, _OFFSET = 0x0131, 0x9003, 0x9011
_LATITUDE_REF, _LATITUDE, _LONGITUDE_REF, _LONGITUDE = 1, 2, 3, 4
_EDITORS = re.compile(
    r"photoshop|lightroom|gimp|snapseed|meitu|美图|picsart|pixlr|vsco|affinity|paint|canva|醒图|facetune", re.IGNORECASE
)
_EARTH_METRES = 6_371_000


def judge(picture: Image.Image, uploaded_at: datetime, sites: Sequence[Position]) -> Told:
    """Return what a picture's EXIF says; broken EXIF says nothing."""
    try:
        exif = picture.getexif()
        inner, position = exif.get_ifd(_EXIF_IFD), exif.get_ifd(_GPS_IFD)
        return Told(
            taken=_taken(inner, uploaded_at),
            distance=_distance(position, sites),
            edited=bool(_EDITORS.search(str(exif.get(_SOFTWARE, ""))[:200])),
        )
    except Exception:  # noqa: BLE001 - the parser meets whatever a stranger wrote, and says so in many ways
        return Told()


def _taken(tags: dict[int, Any], uploaded_at: datetime) -> str:
    text = str(tags.get(_TAKEN, ""))[:19]
    try:
        taken = datetime.strptime(text, "%Y:%m:%d %H:%M:%S").replace(tzinfo=_zone(tags))
    except ValueError:
        return "unknown"
    if taken > uploaded_at + timedelta(hours=1):
        return "later"
    same_day = taken.astimezone(BEIJING).date() == uploaded_at.astimezone(BEIJING).date()
    return "today" if same_day else "earlier"


def _zone(tags: dict[int, Any]) -> timezone:
    found = re.fullmatch(r"([+-])(\d\d):(\d\d)", str(tags.get(_OFFSET, "")).strip("\0 "))
    if not found or int(found[2]) > 14 or int(found[3]) > 59:  # noqa: PLR2004 - no zone is further off
        return BEIJING
    offset = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return timezone(offset if found[1] == "+" else -offset)


def _distance(tags: dict[int, Any], sites: Sequence[Position]) -> str:
    if not sites or _LATITUDE not in tags or _LONGITUDE not in tags:
        return "unknown"
    latitude = _degrees(tags[_LATITUDE], negative=tags.get(_LATITUDE_REF) == "S")
    longitude = _degrees(tags[_LONGITUDE], negative=tags.get(_LONGITUDE_REF) == "W")
    if not (math.isfinite(latitude) and math.isfinite(longitude)):
        return "unknown"
    nearest = min(_metres(latitude, longitude, *site) for site in sites)
    return "near" if nearest <= NEAR_METRES else "far"


def _degrees(parts: Sequence[Any], *, negative: bool) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return -value if negative else value


def _metres(latitude: float, longitude: float, site_latitude_e5: int, site_longitude_e5: int) -> float:
    # On the scale of a campus the earth is flat.
    north = math.radians(latitude - site_latitude_e5 / 100_000)
    east = math.radians(longitude - site_longitude_e5 / 100_000) * math.cos(math.radians(latitude))
    return math.hypot(north, east) * _EARTH_METRES
