"""Put pages into a PDF without loss: PNG's own compressed pixels are what PDF calls Flate with predictor 15.

Source: ISO 32000-1, 7.4.4.4 and 8.9.5. Pillow's own PDF blurs greys and colours as JPEG, or writes them as
hexadecimal text.
"""

import struct
from collections.abc import Iterator, Sequence

from backend.media.paper.styles import MM_PER_POINT

_COLOURS = {0: 1, 2: 3, 3: 1}  # PNG's colour types: grey, RGB, palette


def bound(pages: Sequence[bytes], size_mm: tuple[float, float], title: str) -> bytes:
    """Return a PDF of pages of one size, each a PNG without transparency or interlacing."""
    width, height = (round(side / MM_PER_POINT, 2) for side in size_mm)
    kids = " ".join(f"{4 + 3 * number} 0 R" for number in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode(),
        f"<< /Title <feff{title.encode('utf-16-be').hex()}> >>".encode(),
    ]
    for number, png in enumerate(pages):
        first = 4 + 3 * number
        content = f"q {width} 0 0 {height} 0 0 cm /page Do Q".encode()
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Contents {first + 1} 0 R "
            f"/Resources << /XObject << /page {first + 2} 0 R >> >> >>".encode(),
            _stream(b"", content),
            _image(png),
        ]
    return _file(objects)


def _image(png: bytes) -> bytes:
    chunks = list(_chunks(png))
    header = chunks[0][1]
    columns, rows, bits, kind, _, _, interlaced = struct.unpack(">IIBBBBB", header)
    assert kind in _COLOURS, "a page has no transparency"
    assert not interlaced, "a page is not interlaced"
    palette = next((content for name, content in chunks if name == b"PLTE"), b"")
    indexed = f"[/Indexed /DeviceRGB {len(palette) // 3 - 1} <{palette.hex()}>]"
    space = {0: "/DeviceGray", 2: "/DeviceRGB"}.get(kind, indexed)
    told = (
        f"/Type /XObject /Subtype /Image /Width {columns} /Height {rows} /BitsPerComponent {bits} /ColorSpace {space} "
        f"/Filter /FlateDecode /DecodeParms << /Predictor 15 /Colors {_COLOURS[kind]} /BitsPerComponent {bits} "
        f"/Columns {columns} >>"
    )
    return _stream(told.encode(), b"".join(content for name, content in chunks if name == b"IDAT"))


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 8
    while place < len(png):
        (length,) = struct.unpack_from(">I", png, place)
        yield png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        place += length + 12


def _stream(told: bytes, content: bytes) -> bytes:
    return b"<< %b /Length %d >>\nstream\n%b\nendstream" % (told, len(content), content)


def _file(objects: Sequence[bytes]) -> bytes:
    written = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, one in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%b\nendobj\n" % (number, one)
    table = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    written += b"".join(b"%010d 00000 n \n" % place for place in places)
    written += b"trailer\n<< /Size %d /Root 1 0 R /Info 3 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(written)
