"""Files that nobody's camera makes, and what each must come to: None where a clean picture must come out."""

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from PIL import Image, PngImagePlugin

BASE = Image.radial_gradient("L").resize((640, 480)).convert("RGB")
BROKEN, UNKNOWN, ANIMATED, PIXELS, SMALL = (
    "PhotoUnreadable",
    "PhotoFormatUnknown",
    "PhotoAnimated",
    "PhotoTooManyPixels",
    "PhotoTooSmall",
)


def written(picture: Image.Image, form: str, **options: Any) -> bytes:
    """Return a picture as a file."""
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def chunk(kind: bytes, content: bytes) -> bytes:
    """Return a PNG chunk."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int, height: int, *more: bytes, depth: int = 1) -> bytes:
    """Return a black PNG that claims a size, with more chunks before its pixels."""
    row = b"\0" + bytes((width * depth + 7) // 8)
    packer = zlib.compressobj(9)
    pixels = b"".join(packer.compress(row) for _ in range(min(height, 20_000))) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + b"".join(more) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def exif(pointer_to_itself: bool = False, entries: int = 1, value: bytes = b"") -> bytes:
    """Return EXIF by hand: with a directory that leads to itself, or with very many entries."""
    tag = struct.pack("<HHII", 0x8769, 4, 1, 8) if pointer_to_itself else struct.pack("<HHII", 0x010E, 2, 4, 0x41414141)
    body = struct.pack("<H", entries) + tag * entries + struct.pack("<I", 8 if pointer_to_itself else 0)
    return b"Exif\0\0II*\0\x08\0\0\0" + body + value


def with_segment(marker: int, content: bytes) -> bytes:
    """Return a JPEG with one more segment right after its beginning."""
    plain = written(BASE, "JPEG")
    return plain[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content + plain[2:]


def position() -> bytes:
    """Return a JPEG that says where it was taken."""
    tags = Image.Exif()
    tags.get_ifd(0x8825).update({1: "N", 2: (39.0, 6.0, 0.0), 3: "E", 4: (117.0, 12.0, 0.0)})
    return written(BASE, "JPEG", exif=tags)


def turned(orientation: int) -> bytes:
    """Return a JPEG that says how it was held."""
    tags = Image.Exif()
    tags[0x0112] = orientation
    return written(BASE, "JPEG", exif=tags)


def texts(kind: str) -> bytes:
    """Return a PNG that carries text, plainly or as a bomb."""
    notes = PngImagePlugin.PngInfo()
    if kind == "bomb":
        notes.add_text("a", "0" * 60_000_000, zip=True)
    else:
        notes.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta xmlns:x='adobe:ns:meta/'>GPS</x:xmpmeta>")
    return written(BASE, "PNG", pnginfo=notes)


def frames(form: str) -> bytes:
    """Return a moving picture."""
    return written(BASE, form, save_all=True, append_images=[BASE.rotate(9)], duration=100)


def cut(whole: bytes, percent: int) -> bytes:
    """Return the beginning of a file."""
    return whole[: len(whole) * percent // 100]


def noise_after(whole: bytes) -> bytes:
    """Return a file's first bytes, then noise."""
    return whole[:32] + bytes(range(256)) * 20


def files() -> Iterator[tuple[str, Callable[[], bytes], str | None]]:
    """Yield a name, how to make the file, and the problem that it must come to."""
    jpeg, plain_png, webp = written(BASE, "JPEG"), written(BASE, "PNG"), written(BASE, "WEBP")
    for form, whole in (("jpeg", jpeg), ("png", plain_png), ("webp", webp)):
        for share in (1, 10, 50, 90):
            yield (
                f"{form} cut to {share} %",
                partial(cut, whole, share),
                BROKEN,
            )
        yield f"{form}'s first bytes and noise", partial(noise_after, whole), BROKEN
    for name, content in OTHER_KINDS.items():
        yield name, partial(bytes, content), BROKEN
    for form in ("TIFF", "GIF", "BMP", "ICO", "EPS", "JPEG2000", "AVIF"):
        yield form, partial(written, BASE, form), UNKNOWN
    yield "svg", lambda: b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", UNKNOWN
    yield "photoshop", lambda: b"8BPS\0\1" + bytes(200), UNKNOWN
    for form in ("PNG", "WEBP"):
        yield f"moving {form}", partial(frames, form), ANIMATED
    for width, height in ((30_000, 30_000), (13_000, 13_000), (9_400, 9_400), (50_001, 1000), (1000, 50_001)):
        yield f"bomb {width}x{height}", partial(png, width, height), PIXELS
    for width, height in ((1, 1), (63, 640), (640, 2)):
        yield f"tiny {width}x{height}", partial(written, Image.new("RGB", (width, height)), "PNG"), SMALL
    yield "no size at all", lambda: png(0, 0), BROKEN
    for mode in ("L", "P", "1", "CMYK", "RGBA", "LA", "I;16", "I", "F"):
        form = {"CMYK": "JPEG", "F": "TIFF"}.get(mode, "PNG")
        yield f"mode {mode}", partial(_in_mode, mode, form), UNKNOWN if mode == "F" else None
    for orientation in range(10):
        yield f"orientation {orientation}", partial(turned, orientation), None
    yield from _clean_after_all(jpeg, plain_png)


def _in_mode(mode: str, form: str) -> bytes:
    picture = BASE.convert("L") if mode in ("I;16", "I", "F") else BASE
    if mode in ("I;16", "I"):
        return written(picture.convert("I").point(lambda value: value * 256).convert("I;16"), form)
    return written(picture.convert(mode), form)


OTHER_KINDS = {
    "nothing": b"",
    "one byte": b"\xff",
    "text": "这不是照片".encode() * 50,
    "page": b"<!doctype html><script>alert(1)</script>",
    "pdf": b"%PDF-1.7\n" + bytes(500),
    "program": b"\x7fELF" + bytes(500),
    "archive": b"PK\x03\x04" + bytes(500),
    "php named jpg": b"<?php system($_GET['c']); ?>",
    "zeros": bytes(100_000),
}


def _clean_after_all(jpeg: bytes, plain_png: bytes) -> Iterator[tuple[str, Callable[[], bytes], str | None]]:
    yield "where it was taken", position, None
    yield "exif that leads to itself", lambda: with_segment(0xE1, exif(pointer_to_itself=True)), None
    yield "exif of very many entries", lambda: with_segment(0xE1, exif(entries=5000)), None
    yield "exif that is noise", lambda: with_segment(0xE1, b"Exif\0\0" + bytes(range(256)) * 200), None
    yield "xmp", lambda: with_segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>GPS"), None
    yield "a comment", lambda: with_segment(0xFE, b"<script>alert(1)</script>" * 2000), None
    yield (
        "a colour profile that is noise",
        lambda: with_segment(0xE2, b"ICC_PROFILE\0\x01\x01" + b"\xff" * 60_000),
        None,
    )
    yield "a page behind the end", lambda: jpeg + b"<html><script>alert(1)</script>", None
    yield "an archive behind the end", lambda: plain_png + b"PK\x03\x04" + bytes(5000), None
    yield "texts", lambda: texts("xmp"), None
    yield "a text bomb", lambda: texts("bomb"), BROKEN
    bomb = zlib.compress(bytes(80_000_000), 9)
    yield "a profile bomb", lambda: png(640, 480, chunk(b"iCCP", b"x\0\0" + bomb)), BROKEN
    yield "a PNG with a wrong sum", lambda: plain_png[:40] + b"\0" + plain_png[41:], BROKEN
    yield "the largest that is taken", lambda: png(10_000, 5_000), None
