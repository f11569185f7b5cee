"""What comes out of the studio. Apart from the pipeline, so that the API starts without the picture library."""

from dataclasses import dataclass

from backend.media.prints.spots import Spots

Position = tuple[int, int]  # hundred-thousandths of a degree: latitude, longitude
Print = tuple[int, int]  # a fingerprint's coarse and fine part: whole numbers of 63 and 255 bits


@dataclass(frozen=True)
class Told:
    """What may be kept of EXIF."""

    taken: str = "unknown"  # today, earlier, later, unknown
    distance: str = "unknown"  # near, far, unknown
    edited: bool = False


@dataclass(frozen=True)
class Developed:
    """A photo as it is kept, its thumbnail, what EXIF told, and its fingerprints: of the whole, and its spots."""

    photo: bytes
    thumbnail: bytes
    width: int
    height: int
    told: Told
    whole: Print
    spots: Spots
