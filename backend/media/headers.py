"""What a file's first bytes say, where the picture library says it too late or not at all."""

from typing import Final

_HEVC: Final = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_AV1: Final = {b"avif", b"avis"}
_MARKS: Final = (
    b"GIF8",
    b"II*\0",
    b"MM\0*",
    b"BM",
    b"8BPS",
    b"\0\0\1\0",
    b"%!PS",
    b"\0\0\0\x0cjP  ",
    b"\0\0\0\x0cJXL ",
)
_BRANDS_BYTES: Final = 256


def is_known_picture(source: bytes) -> bool:
    """Tell whether this is a picture, or film, of some kind."""
    return source.startswith(_MARKS) or bool(_brands(source)) or b"<svg" in source[:512].lstrip().lower()


def is_heic(source: bytes) -> bool:
    """Tell whether a file is of the family of HEIC, and compressed as HEVC."""
    return bool(_brands(source) & _HEVC) and not is_av1(source)


def is_av1(source: bytes) -> bool:
    """Tell whether a file of that family is compressed as AV1 (AVIF), whatever it calls itself first."""
    return bool(_brands(source) & _AV1)


def is_whole(source: bytes) -> bool:
    """Tell whether the boxes of a file of that family end where it ends (ISO/IEC 14496-12, 4.2)."""
    at = 0
    while at < len(source):
        size = int.from_bytes(source[at : at + 4])
        if size == 1:
            size = int.from_bytes(source[at + 8 : at + 16])
        if size == 0:  # up to the end, wherever that was
            return True
        at += max(size, 8)
    return at == len(source)


def webp_size(source: bytes) -> tuple[int, int] | None:
    """Return how large a WebP says it is: opening it takes memory for that (RFC 9649, 2.5 to 2.7)."""
    if (source[:4], source[8:12]) != (b"RIFF", b"WEBP") or len(source) < 30:  # noqa: PLR2004 - the longest of the three
        return None
    if source[12:16] == b"VP8X":
        return _number(source[24:27]) + 1, _number(source[27:30]) + 1
    if source[12:16] == b"VP8L" and source[20] == 0x2F:  # noqa: PLR2004 - its signature
        bits = _number(source[21:25])
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if source[12:16] == b"VP8 " and source[23:26] == b"\x9d\x01\x2a":
        return _number(source[26:28]) & 0x3FFF, _number(source[28:30]) & 0x3FFF
    return None


def _number(part: bytes) -> int:
    return int.from_bytes(part, "little")


def _brands(source: bytes) -> set[bytes]:
    """Return what a file says it is, where it is of the family of HEIC, AVIF and MP4 (ISO/IEC 14496-12, 4.3)."""
    if source[4:8] != b"ftyp":
        return set()
    box = source[8 : min(int.from_bytes(source[:4]), _BRANDS_BYTES)]
    return {box[:4], *(box[at : at + 4] for at in range(8, len(box), 4))}
