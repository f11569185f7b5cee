"""The pictures of a theme: small vector drawings that load nothing and run nothing."""

import re
from pathlib import Path
from xml.etree import ElementTree as ET

from pydantic import BaseModel, ConfigDict

MOST_BYTES = 6_000
REFUSED_ELEMENTS = {"script", "foreignObject", "image", "text", "style", "iframe", "animate", "set", "a"}
OUTSIDE = re.compile(r"url\(\s*['\"]?(?!#)|javascript:|data:", re.IGNORECASE)


class ThemeArt(BaseModel):
    """The text of both drawings."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cover: str
    icon: str


def read(folder: Path, name: str) -> tuple[ThemeArt | None, list[str]]:
    """Read both drawings of a theme; give them, or one line for each mistake."""
    drawings, lines = {}, []
    for key in ThemeArt.model_fields:
        path = folder / "art" / f"{key}.svg"
        drawings[key], mistakes = _drawing(path)
        lines += [f"{name}/art/{key}.svg: {mistake}" for mistake in mistakes]
    return (None, lines) if lines else (ThemeArt(**drawings), [])


def _drawing(path: Path) -> tuple[str, list[str]]:
    try:
        content = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return "", ["file is missing"]
    except UnicodeDecodeError:
        return "", ["is not UTF-8 text"]
    return content, _mistakes(content)


def _mistakes(content: str) -> list[str]:
    if len(content.encode()) > MOST_BYTES:
        return [f"must have at most {MOST_BYTES} bytes (got {len(content.encode())})"]
    if "<!" in content.replace("<!--", ""):
        return ["must have no DOCTYPE, ENTITY or CDATA"]
    try:
        # Entities were refused above, so nothing here can expand.
        root = ET.fromstring(content)  # noqa: S314
    except ET.ParseError as mistake:
        return [f"is not an SVG drawing: {mistake}"]
    if root.tag != "{http://www.w3.org/2000/svg}svg":
        return ["is not an SVG drawing: the outermost element must be <svg>"]
    missing = [] if root.get("viewBox") else ["viewBox: is missing"]
    return missing + [line for element in root.iter() for line in _element_mistakes(element)]


def _element_mistakes(element: ET.Element) -> list[str]:
    name = element.tag.rpartition("}")[2]
    lines = [f"must have no <{name}>"] if name in REFUSED_ELEMENTS else []
    for key, value in element.attrib.items():
        attribute = key.rpartition("}")[2]
        if attribute.lower().startswith("on"):
            lines.append(f"must have no scripts ({attribute} in <{name}>)")
        elif OUTSIDE.search(value) or (attribute == "href" and not value.startswith("#")):
            lines.append(f"must refer to nothing outside ({attribute} in <{name}>)")
    return lines
