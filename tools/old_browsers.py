"""Refuse scripts and styles of screens that a television of 2018 cannot read (webOS 4: Chromium 53, Tizen 4: 56).

Scripts have to be ES5 and use nothing of the lists below; the service worker, which only browsers load that know such
things, may use what Chromium 53 has. Styles may use what stands in the tables. A name that is in no table is refused
as well: whoever needs it looks up which Chromium brought it and writes it down here.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import tinycss2  # type: ignore[import-untyped]
from calmjs.parse import es5  # type: ignore[import-untyped]
from calmjs.parse.asttypes import (  # type: ignore[import-untyped]
    BracketAccessor,
    Catch,
    DotAccessor,
    FuncDecl,
    FuncExpr,
    FunctionCall,
    Identifier,
    NewExpr,
    PropIdentifier,
    Regex,
    String,
    VarDecl,
    VarDeclNoIn,
)
from calmjs.parse.exceptions import ECMASyntaxError  # type: ignore[import-untyped]

FLOOR = 53
ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("backend/screens", "backend/sites")  # what hangs on walls; other pages are read on phones

# What ES5 and the browsers of its day have; identifiers that are neither these nor declared are refused.
_OLD_GLOBALS = (
    "window document navigator self undefined NaN Infinity Object Array String Number Boolean Date Math JSON RegExp "
    "Error isNaN isFinite parseInt parseFloat encodeURIComponent decodeURIComponent XMLHttpRequest EventSource Image "
    "setTimeout clearTimeout setInterval clearInterval requestAnimationFrame localStorage location arguments "
    "tanhui"
)
GLOBALS = frozenset(_OLD_GLOBALS.split())
# Which Chromium brought what is younger than ES5: globals, and methods by their names.
CAME: dict[str, int] = {
    "AbortController": 66, "BigInt": 67, "BroadcastChannel": 54, "CustomEvent": 15, "FinalizationRegistry": 84,
    "FormData": 7, "Headers": 42, "IntersectionObserver": 51, "Intl": 24, "Map": 38, "Notification": 22,
    "PerformanceObserver": 52, "Promise": 33, "Proxy": 49, "Reflect": 49, "Request": 42, "ResizeObserver": 64,
    "Response": 42, "Set": 38, "Symbol": 38, "TextDecoder": 38, "TextEncoder": 38, "URL": 32, "URLSearchParams": 49,
    "WeakMap": 36, "WeakRef": 84, "WeakSet": 36, "caches": 43, "customElements": 54, "fetch": 42, "globalThis": 71,
    "queueMicrotask": 71, "reportError": 95, "requestIdleCallback": 47, "structuredClone": 98, "visualViewport": 61,
    "after": 54, "allSettled": 76, "animate": 36, "any": 85, "append": 54, "assign": 45, "at": 92, "before": 54,
    "closest": 41, "codePointAt": 41, "copyWithin": 45, "endsWith": 41, "entries": 54, "fill": 45, "finally": 63,
    "find": 45, "findIndex": 45, "findLast": 97, "flat": 69, "flatMap": 69, "formatToParts": 57, "from": 45,
    "fromEntries": 73, "getAttributeNames": 61, "getOwnPropertyDescriptors": 54, "groupBy": 117, "hasOwn": 93,
    "includes": 41, "matchAll": 73, "of": 45, "padEnd": 57, "padStart": 57, "prepend": 54, "randomUUID": 92,
    "repeat": 41, "replaceAll": 85, "replaceChildren": 86, "replaceWith": 54, "requestSubmit": 76, "sendBeacon": 39,
    "startsWith": 41, "toReversed": 110, "toSorted": 110, "toSpliced": 110, "toggleAttribute": 69, "trimEnd": 66,
    "trimStart": 66, "values": 54, "withResolvers": 119,
}  # fmt: skip
# Methods whose names ES5 knows of something else.
CAME_OF = {("classList", "replace"): 61, ("classList", "forEach"): 51, ("Object", "is"): 30, ("Array", "isArray"): 1}
HOSTS = frozenset({"window", "self", "worker", "document", "navigator", "performance", "crypto"})

_OLD_PROPERTIES = (
    "background background-color border border-radius bottom box-sizing color content cursor display float font "
    "font-family font-size font-style font-weight height left letter-spacing line-height list-style margin "
    "margin-bottom margin-left margin-right margin-top max-height max-width min-height min-width opacity outline "
    "overflow padding padding-bottom padding-left padding-right padding-top position right src text-align "
    "text-overflow text-rendering top vertical-align visibility white-space width word-break z-index "
    "box-shadow"
)
# Properties and descriptors of style sheets, with the Chromium that brought each.
PROPERTIES: dict[str, int] = {
    **dict.fromkeys(_OLD_PROPERTIES.split(), 1),
    "align-content": 29, "align-items": 29, "align-self": 29, "animation": 43, "flex": 29, "flex-direction": 29,
    "flex-wrap": 29, "font-variant-numeric": 52, "justify-content": 29, "object-fit": 31, "object-position": 31,
    "order": 29, "text-align-last": 47, "transform": 36, "transform-origin": 36, "transition": 26, "unicode-bidi": 1,
    "will-change": 36,
    "accent-color": 93, "aspect-ratio": 88, "backdrop-filter": 76, "clip-path": 55, "column-gap": 66,
    "container": 105, "font-variation-settings": 62, "gap": 84, "grid": 57, "grid-area": 57, "grid-column": 57,
    "grid-gap": 57, "grid-row": 57, "grid-template": 57, "grid-template-areas": 57, "grid-template-columns": 57,
    "grid-template-rows": 57, "inline-size": 57, "inset": 87, "margin-inline": 87, "overscroll-behavior": 63,
    "padding-inline": 87, "place-content": 59, "place-items": 59, "rotate": 104, "row-gap": 66, "scale": 104,
    "scroll-behavior": 61, "text-wrap": 114, "translate": 104,
}  # fmt: skip
# Younger, but whoever does not know them does without and loses nothing that matters.
HARMLESS = frozenset({"font-display"})
FUNCTIONS: dict[str, int] = {
    "calc": 26, "cubic-bezier": 26, "format": 1, "hsl": 1, "linear-gradient": 26, "local": 1, "rgb": 1, "rgba": 1,
    "rotate": 36, "scale": 36, "scaleX": 36, "translate": 36, "translateX": 36, "translateY": 36, "url": 1, "var": 49,
    "clamp": 79, "color-mix": 111, "conic-gradient": 69, "env": 69, "fit-content": 57, "hwb": 101, "lab": 111,
    "max": 79, "min": 79, "minmax": 57, "oklch": 111, "repeat": 57,
}  # fmt: skip
VALUES: dict[tuple[str, str], int] = {
    ("display", "grid"): 57, ("display", "inline-grid"): 57, ("display", "flow-root"): 58, ("display", "contents"): 65,
    ("position", "sticky"): 56, ("overflow", "clip"): 90, ("unicode-bidi", "isolate"): 48,
    ("unicode-bidi", "plaintext"): 48, ("width", "fit-content"): 46, ("justify-content", "space-evenly"): 60,
    ("white-space", "break-spaces"): 76,
}  # fmt: skip
UNITS = frozenset({"px", "em", "rem", "%", "s", "ms", "vw", "vh", "vmin", "vmax", "deg"})
AT_RULES: dict[str, int] = {
    "charset": 1, "font-face": 1, "keyframes": 43, "media": 1, "supports": 28,
    "container": 105, "import": 1, "layer": 99, "property": 85, "scope": 118,
}  # fmt: skip
PSEUDO: dict[str, int] = {
    "root": 1, "before": 1, "after": 1, "hover": 1, "focus": 1, "active": 1, "first-child": 1, "last-child": 1,
    "nth-child": 1, "first-of-type": 1, "last-of-type": 1, "not": 1, "empty": 1, "checked": 1, "disabled": 1, "lang": 1,
    "any-link": 65, "focus-visible": 86, "focus-within": 60, "has": 105, "is": 88, "marker": 86, "where": 88,
}  # fmt: skip
_OLD_FLAGS = frozenset("gim")


def script_problems(text: str, floor: int = 0) -> list[str]:
    """List what an old browser would stumble over in a script; what came with Chromium `floor` or before may be."""
    try:
        tree = es5(text)
    except ECMASyntaxError as mistake:
        return [f"not ES5: {mistake}"]
    nodes = list(_walk(tree))
    known = GLOBALS | {name.value for node in nodes for name in _declared(node)}
    return sorted({f"{line}: {said}" for node in nodes for line, said in _node_problems(node, known, floor)})


def _walk(node: Any) -> Iterator[Any]:
    yield node
    for child in node:
        yield from _walk(child)


def _declared(node: Any) -> list[Any]:
    if isinstance(node, VarDecl | VarDeclNoIn | Catch):
        return [node.identifier]
    if isinstance(node, FuncDecl | FuncExpr):
        return [*([node.identifier] if node.identifier else []), *node.parameters]
    return []


def _node_problems(node: Any, known: frozenset[str], floor: int) -> Iterator[tuple[int, str]]:
    if isinstance(node, Identifier) and not isinstance(node, PropIdentifier) and node.value not in known:
        yield from _late(node, node.value, floor, unknown="is neither declared here nor listed")
    elif isinstance(node, FunctionCall | NewExpr) and isinstance(node.identifier, DotAccessor):
        yield from _late(node.identifier, node.identifier.identifier.value, floor)
    elif isinstance(node, DotAccessor) and isinstance(node.node, Identifier) and node.node.value in HOSTS:
        yield from _late(node, node.identifier.value, floor)
    elif isinstance(node, BracketAccessor) and isinstance(node.expr, String):
        yield from _late(node, node.expr.value[1:-1], floor)
    elif isinstance(node, Regex):
        pattern, _, flags = node.value.rpartition("/")
        if "(?<" in pattern or r"\p{" in pattern or set(flags) - _OLD_FLAGS:
            yield node.lineno, f"{node.value}: a regular expression that ES5 does not know"
    if isinstance(node, DotAccessor):
        came = CAME_OF.get((_last(node.node), node.identifier.value), 0)
        if came > (floor or 1):
            yield node.lineno, f"{_last(node.node)}.{node.identifier.value} came with Chromium {came}"


def _last(node: Any) -> str:
    found = node.identifier if isinstance(node, DotAccessor) else node
    return str(getattr(found, "value", ""))


def _late(node: Any, name: str, floor: int, unknown: str = "") -> Iterator[tuple[int, str]]:
    came = CAME.get(name)
    if came is not None and came > floor:
        yield node.lineno, f"{name} came with Chromium {came}"
    elif came is None and unknown:
        yield node.lineno, f"{name} {unknown}"


def style_problems(text: str) -> list[str]:
    """List what an old browser would stumble over in a style sheet."""
    rules = tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True)
    return sorted({f"{line}: {said}" for rule in rules for line, said in _rule_problems(rule)})


def _rule_problems(rule: Any) -> Iterator[tuple[int, str]]:
    if rule.type == "error":
        yield rule.source_line, rule.message
    elif rule.type == "at-rule":
        yield from _came(rule, "@", rule.lower_at_keyword, AT_RULES)
        if rule.content is not None and rule.lower_at_keyword in ("media", "supports", "keyframes"):
            for inner in tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True):
                yield from _rule_problems(inner)
        elif rule.content is not None:
            yield from _declarations(rule.content)
    else:
        yield from _selector(rule.prelude)
        yield from _declarations(rule.content)


def _came(node: Any, mark: str, name: str, table: dict[str, int]) -> Iterator[tuple[int, str]]:
    if name not in table:
        yield node.source_line, f"{mark}{name} is not listed: look up which Chromium brought it"
    elif table[name] > FLOOR:
        yield node.source_line, f"{mark}{name} came with Chromium {table[name]}"


def _selector(tokens: Sequence[Any]) -> Iterator[tuple[int, str]]:
    for before, token in zip([None, *tokens], tokens, strict=False):
        if before is not None and before == ":" and token.type in ("ident", "function"):
            yield from _came(token, ":", token.lower_value if token.type == "ident" else token.lower_name, PSEUDO)


def _declarations(content: Sequence[Any]) -> Iterator[tuple[int, str]]:
    for one in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if one.type == "error":
            yield one.source_line, one.message
        elif one.type != "declaration":
            yield one.source_line, "rules within rules came with Chromium 112"
        elif not one.name.startswith("--") and one.lower_name not in HARMLESS:
            yield from _came(one, "", one.lower_name.removeprefix("-webkit-"), PROPERTIES)
            yield from _value(one.lower_name, one.value)


def _value(name: str, tokens: Sequence[Any]) -> Iterator[tuple[int, str]]:
    for token in tokens:
        if token.type == "function":
            yield from _came(token, "", token.name, FUNCTIONS)
            if token.lower_name in ("rgb", "rgba", "hsl") and not any(one == "," for one in token.arguments):
                yield token.source_line, f"{token.name}() without commas came with Chromium 65"
            yield from _value(name, token.arguments)
        elif token.type == "ident" and VALUES.get((name, token.lower_value), 0) > FLOOR:
            yield token.source_line, f"{name}: {token.value} came with Chromium {VALUES[name, token.lower_value]}"
        elif token.type == "dimension" and token.lower_unit not in UNITS:
            yield token.source_line, f"the unit {token.unit} is not listed"
        elif token.type == "hash" and len(token.value) in (4, 8):
            yield token.source_line, f"#{token.value}, a colour with its opacity, came with Chromium 62"


def page_problems(text: str) -> list[str]:
    """List what an old browser would stumble over in a page's own styles and script elements."""
    found = [
        problem
        for style in re.findall(r"<style[^>]*>(.*?)</style>", text, re.DOTALL)
        for problem in style_problems(style)
    ]
    if re.search(r"<script[^>]*type=\W?module", text):
        found.append("1: script modules came with Chromium 61")
    return found


def every_problem(root: Path = ROOT) -> list[str]:
    """List the problems of every script, style sheet and page that screens show."""
    found = []
    for path in sorted(path for folder in FOLDERS for path in (root / folder).rglob("*.*")):
        name = path.relative_to(root).as_posix()
        if path.suffix not in (".js", ".css", ".html"):
            continue
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".js":
            problems = script_problems(text, FLOOR if path.name == "worker.js" else 0)
        else:
            problems = style_problems(text) if path.suffix == ".css" else page_problems(text)
        found += [f"{name}:{problem}" for problem in problems]
    return found


if __name__ == "__main__":
    listed = every_problem()
    sys.stdout.write("".join(f"{one}\n" for one in listed))
    sys.exit(bool(listed))
