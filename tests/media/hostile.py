"""Files that nobody's camera makes, and what each must come to: None where a clean picture must come out."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from PIL import Image, PngImagePlugin

from backend.media.studio import Studio
from tests.media import heic

Case = tuple[str, Callable[[], bytes], str | None]
BASE = Image.radial_gradient("L").resize((640, 480)).convert("RGB")
BROKEN, UNKNOWN, ANIMATED, PIXELS, SMALL = (
    "PhotoUnreadable",
    "PhotoFormatUnknown",
    "PhotoAnimated",
    "PhotoTooManyPixels",
    "PhotoTooSmall",
)


# What no stored byte may carry: metadata by their marks, and what some of the files below hide.
MARKS = [b"Exif", b"EXIF", b"GPS", b"ns.adobe.com", b"ICC", b"XMP ", b"xmpmeta", b"MPF\0", b"<script", b"<?php"]
MARKS += [b"PK\x03\x04", b"%PDF"]


def traces(picture: bytes) -> list[str]:
    """Name what a stored picture carries beside its pixels: each part of the file that is not their code, each mark."""
    assert (picture[:4], picture[8:12]) == (b"RIFF", b"WEBP")
    assert int.from_bytes(picture[4:8], "little") == len(picture) - 8
    found, at = [], 12
    while at < len(picture):
        kind, size = picture[at : at + 4], int.from_bytes(picture[at + 4 : at + 8], "little")
        found += [kind.decode("latin-1")] if kind != b"VP8 " else []
        at += 8 + size + size % 2
    found += [mark.decode("latin-1") for mark in MARKS if mark in picture]
    return found + [f"tag {tag}" for tag in Image.open(io.BytesIO(picture)).getexif()]


def peak_megabytes(studio: Studio) -> float:
    """Return the most memory that any process of a studio has held."""
    processes = [number for desk in studio.desks if desk.pool for number in desk.pool._processes]
    lines = [Path(f"/proc/{number}/status").read_text().splitlines() for number in processes]
    return max(int(line.split()[1]) for one in lines for line in one if line.startswith("VmHWM")) / 1024


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


def files() -> Iterator[Case]:
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
    yield from _two_in_one(jpeg, plain_png)
    yield from _odd_jpegs(jpeg)
    yield from _odd_pngs(plain_png)
    yield from _odd_webps()
    yield from _of_the_family_of_heic()


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


def _clean_after_all(jpeg: bytes, plain_png: bytes) -> Iterator[Case]:
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


def archive() -> bytes:
    """Return a ZIP."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        opened.writestr("META-INF/MANIFEST.MF", "Main-Class: Evil")
    return file.getvalue()


def _two_in_one(jpeg: bytes, plain_png: bytes) -> Iterator[Case]:
    page = b"<html><script>alert(1)</script></html>"
    yield "JPEG and ZIP", lambda: jpeg + archive(), None
    yield "JPEG and page", lambda: with_segment(0xFE, b"*/</style>" + page + b"<!--") + b"-->" + page, None
    yield "JPEG and PDF", lambda: with_segment(0xFE, b"%PDF-1.4\n1 0 obj") + b"%%EOF", None
    yield "JPEG and script", lambda: with_segment(0xEF, b"=1;/*" + b"<?php system($_GET[1]); ?>" * 9), None
    yield "PNG and ZIP", lambda: plain_png + archive(), None
    yield "PNG and script", lambda: png(640, 480, chunk(b"tEXt", b"Comment\0<?php system($_GET[1]); ?>")), None
    yield "GIF and JAR", lambda: written(BASE, "GIF") + archive(), UNKNOWN
    yield "PDF and JPEG", lambda: b"%PDF-1.4\n1 0 obj<</Length 9>>stream\n" + jpeg + b"\nendstream", BROKEN
    yield "ZIP and JPEG", lambda: archive() + jpeg, BROKEN
    yield "page and JPEG", lambda: page + jpeg, BROKEN
    yield "a JPEG after one empty line", lambda: b"\n" + jpeg, BROKEN
    yield "JPEG XL", lambda: b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(500), UNKNOWN
    yield "camera raw", lambda: b"II*\0\x10\0\0\0CR\2\0" + bytes(500), UNKNOWN


def _frame(jpeg: bytes) -> int:
    """Return where a baseline JPEG says how large it is: precision, height, width."""
    return jpeg.index(b"\xff\xc0") + 4


def reframed(jpeg: bytes, marker: int = 0xC0, precision: int = 8, height: int = 480, width: int = 640) -> bytes:
    """Return a baseline JPEG that says it is coded otherwise, or is of another size."""
    at = _frame(jpeg)
    head = bytes([0xFF, marker]) + jpeg[at - 2 : at] + struct.pack(">BHH", precision, height, width)
    return jpeg[: at - 4] + head + jpeg[at + 5 :]


def scans(side: int, count: int) -> bytes:
    """Return a small progressive JPEG that says the same over and over: a tenth of a second's work with each scan."""
    whole = written(Image.new("L", (side, side), 90), "JPEG", progressive=True)
    last = whole[whole.rindex(b"\xff\xc4") : -2]
    return whole[:-2] + last * count + whole[-2:]


def rational(*numbers: tuple[int, int]) -> bytes:
    """Return EXIF's fractions."""
    return b"".join(struct.pack("<II", *one) for one in numbers)


def gps(latitude: bytes) -> bytes:
    """Return EXIF with a position by hand, whose latitude is three fractions."""
    tags = [(1, 2, 2, b"N\0\0\0"), (2, 5, 3, struct.pack("<I", 82)), (3, 2, 2, b"E\0\0\0")]
    tags.append((4, 5, 3, struct.pack("<I", 106)))
    inner = struct.pack("<H", 4) + b"".join(struct.pack("<HHI", *tag[:3]) + tag[3] for tag in tags) + bytes(6)
    outer = struct.pack("<HHHII", 1, 0x8825, 4, 1, 26) + bytes(4)
    return b"Exif\0\0II*\0\x08\0\0\0" + outer + inner + latitude + rational((117, 1), (12, 1), (0, 1))


def many_pictures(count: int, offset: int) -> bytes:
    """Return a JPEG whose index of further pictures (CIPA DC-007) tells of `count`, or leads to itself."""
    entries = struct.pack("<HHHI4s", 3, 0xB000, 7, 4, b"0100") + struct.pack("<HHII", 0xB001, 4, 1, count)
    entries += struct.pack("<HHII", 0xB002, 7, 16 * min(count, 9), offset)
    return with_segment(0xE2, b"MPF\0II*\0\x08\0\0\0" + entries + struct.pack("<I", 8) + bytes(16 * 9))


def _odd_jpegs(jpeg: bytes) -> Iterator[Case]:
    tags = exif()
    segment = b"\xff\xe1" + struct.pack(">H", len(tags) + 2) + tags
    yield "JPEG with 200 times EXIF", lambda: jpeg[:2] + segment * 200 + jpeg[2:], None
    yield "JPEG with 9 MB of comments", lambda: jpeg[:2] + (b"\xff\xfe\xff\xff" + b"x" * 65_533) * 140 + jpeg[2:], None
    for name, latitude in (
        ("zero denominators", rational((39, 0), (6, 0), (0, 0))),
        ("no numbers", rational((0, 0), (0, 0), (0, 0))),
        ("huge numbers", rational(*[(0xFFFFFFFF, 1)] * 3)),
        ("half a position", b""),
    ):
        yield f"a position of {name}", partial(with_segment, 0xE1, gps(latitude)), None
    for count, offset in ((2, 8), (1_000_000, 50), (0, 0), (9, 0xFFFFFFFF)):
        yield f"index of {count} pictures at {offset}", partial(many_pictures, count, offset), None
    profile = b"ICC_PROFILE\0\x01\x01" + struct.pack(">I", 0xFFFFFFFF) + b"lcmsmntrRGB XYZ " + bytes(60_000)
    yield "JPEG with a profile that lies", lambda: with_segment(0xE2, profile), None
    cmyk = written(BASE.convert("CMYK"), "JPEG")
    at = cmyk.index(b"Adobe") + 11
    yield "YCCK, inverted as Adobe does", lambda: cmyk[:at] + b"\2" + cmyk[at + 1 :], None
    yield "CMYK without Adobe's mark", lambda: cmyk.replace(b"Adobe", b"Adoba"), None
    yield "progressive JPEG", lambda: written(BASE, "JPEG", progressive=True), None
    yield "JPEG of 30 scans too many", lambda: scans(640, 30), None
    yield "JPEG that calls itself arithmetic", lambda: reframed(jpeg, 0xC9), None
    yield "JPEG that calls itself lossless", lambda: reframed(jpeg, 0xC3), BROKEN
    yield "JPEG of 12 bits", lambda: reframed(jpeg, precision=12), BROKEN
    yield "JPEG of 65,535 lines", lambda: reframed(jpeg, height=65_535, width=65_535), PIXELS
    yield "JPEG without lines", lambda: reframed(jpeg, height=0), BROKEN
    yield "JPEG wider than its code", lambda: reframed(jpeg, height=4_000, width=4_000), None
    yield "JPEG without its end", lambda: jpeg[:-2], BROKEN
    yield "JPEG of a beginning and an end", lambda: b"\xff\xd8\xff\xd9", BROKEN
    yield "JPEG of one endless segment", lambda: jpeg[:2] + b"\xff\xe1\xff\xff" + b"x" * 900, BROKEN


def _odd_pngs(plain_png: bytes) -> Iterator[Case]:
    start, rest = plain_png[:33], plain_png[33:]
    text = b"a\0\0" + zlib.compress(bytes(80_000_000), 9)
    yield "PNG with another text bomb", lambda: start + chunk(b"zTXt", text) + rest, BROKEN
    yield "PNG with a third text bomb", lambda: start + chunk(b"iTXt", b"a\0\1\0\0\0" + text[3:]) + rest, BROKEN
    for length in (1_000_000_000, 0xFFFFFFFF):
        yield f"PNG with a part of {length} bytes", partial(_part_of, start, rest, length), BROKEN
    yield "PNG of 200,000 parts", lambda: start + chunk(b"abCd", b"") * 200_000 + rest, None
    yield "PNG with EXIF", lambda: written(BASE, "PNG", exif=b"Exif\0\0" + gps(b"")[6:]), None
    yield (
        "PNG with a noisy profile",
        lambda: start + chunk(b"iCCP", b"x\0\0" + zlib.compress(b"\xff" * 9999)) + rest,
        None,
    )
    yield (
        "PNG that says it moves and does not",
        lambda: start + chunk(b"acTL", struct.pack(">II", 1, 0)) + rest,
        ANIMATED,
    )
    yield "PNG that says it moves for ever", lambda: start + chunk(b"acTL", b"\xff" * 8) + rest, None
    yield "PNG without pixels", lambda: start + chunk(b"IEND", b""), BROKEN
    yield (
        "PNG with too few pixels",
        lambda: start + chunk(b"IDAT", zlib.compress(bytes(999))) + chunk(b"IEND", b""),
        BROKEN,
    )
    for depth, kind, channels in ((16, 2, 3), (16, 6, 4), (16, 4, 2), (16, 0, 1)):
        yield f"PNG of {channels} times {depth} bits", partial(deep_png, depth, kind, channels), None
    palette = BASE.convert("P")
    yield "palette with one clear colour", lambda: written(palette, "PNG", transparency=7), None
    yield "palette of clear colours", lambda: written(palette, "PNG", transparency=bytes(range(256))), None
    yield "grey with one clear shade", lambda: written(BASE.convert("L"), "PNG", transparency=7), None
    yield "palette without colours", lambda: _without(written(palette, "PNG"), b"PLTE"), None


def _part_of(start: bytes, rest: bytes, length: int) -> bytes:
    return start + struct.pack(">I", length) + b"teXt" + b"x" * 1000 + rest


def _without(png_file: bytes, kind: bytes) -> bytes:
    at = png_file.index(kind) - 4
    return png_file[:at] + png_file[at + 12 + int.from_bytes(png_file[at : at + 4]) :]


def deep_png(depth: int, kind: int, channels: int) -> bytes:
    """Return a grey PNG of so many bits a channel, which Pillow itself does not write."""
    head = struct.pack(">IIBBBBB", 640, 480, depth, kind, 0, 0, 0)
    rows = (b"\0" + b"\x80\0" * 640 * channels) * 480
    parts = chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(rows)), chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _odd_webps() -> Iterator[Case]:
    big = bytes(range(256)) * 20_000
    yield "WebP with 5 MB of profile", lambda: written(BASE, "WEBP", icc_profile=big), None
    yield "WebP with 5 MB of XMP", lambda: written(BASE, "WEBP", xmp=b"http://ns.adobe.com/xap/1.0/" + big), None
    yield "WebP with EXIF", lambda: written(BASE, "WEBP", exif=gps(b"")), None
    yield "WebP without loss", lambda: written(BASE.convert("RGBA"), "WEBP", lossless=True), None
    size = struct.pack("<HH", 640, 480)
    lossy = written(BASE, "WEBP")
    yield "WebP that claims 16383x16383", lambda: lossy.replace(size, struct.pack("<HH", 16_383, 16_383), 1), PIXELS
    yield "WebP larger than its code", lambda: lossy.replace(size, struct.pack("<HH", 3_000, 3_000), 1), BROKEN
    moving = frames("WEBP")
    yield "moving WebP cut short", lambda: cut(moving, 70), BROKEN
    yield "WebP that says it is longer", lambda: lossy[:4] + b"\xff\xff\xff\x7f" + lossy[8:], BROKEN
    yield "WebP of other things", lambda: b"RIFF\xff\0\0\0WEBP" + "不是照片".encode() * 30, BROKEN
    yield "WebP of nothing", lambda: b"RIFF\x04\0\0\0WEBP", BROKEN


def _cut_tiles(share: int) -> bytes:
    return cut(heic.tiled(), share)


def _of_the_family_of_heic() -> Iterator[Case]:
    yield "HEIC", heic.plain, None
    yield "HEIC of tiles", heic.tiled, None
    yield "HEIC made of itself", heic.made_of_itself, BROKEN
    yield "HEIC that claims 900 megapixels", lambda: heic.claiming(30_000, 30_000), PIXELS
    yield "HEIC that claims no pixels", lambda: heic.claiming(0, 0), BROKEN
    yield "HEIC smaller than its code", lambda: heic.claiming(64, 64), BROKEN
    yield "HEIC larger than its code", lambda: heic.claiming(4_000, 3_000), BROKEN
    for share in (1, 10, 50, 90):
        yield f"HEIC cut to {share} %", partial(_cut_tiles, share), BROKEN
    yield "HEIC's first bytes and noise", lambda: noise_after(heic.plain()), BROKEN
    yield "AVIF that calls itself HEIC", lambda: heic.av1().replace(b"ftypavif", b"ftypheic", 1), UNKNOWN
    yield "film", lambda: b"\0\0\0\x18ftypisom\0\0\2\0isommp42" + bytes(500), UNKNOWN
