"""Read what WeChat pushes: a JSON object or an XML document, whichever is configured there.

The XML reader knows elements and text, and ends at the first sign of a document type: no entity is ever expanded
and no address fetched.
"""

import json
from typing import Any, Final
from xml.parsers import expat

from backend.wechat.errors import PushUnreadable

DEEPEST: Final = 10
Message = dict[str, Any]


def read(content: str) -> Message:
    """Return a message as an object; of XML, the elements below its root. Raises PushUnreadable."""
    content = content.lstrip("\ufeff \t\r\n")
    message = _Elements().read(content) if content.startswith("<") else _json(content)
    if not isinstance(message, dict):
        raise PushUnreadable("the message is no object")
    return message


def _json(content: str) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise PushUnreadable("the message is neither JSON nor XML") from None


class _Elements:
    """Builds an object of elements: one with children is an object, one that repeats a list, any other its text."""

    def __init__(self) -> None:
        self._open: list[tuple[str, Message, list[str]]] = []
        self._root: Message | str | None = None

    def read(self, content: str) -> Message | str | None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = _refuse
        try:
            parser.Parse(content, True)
        except (expat.ExpatError, ValueError):
            raise PushUnreadable("the message is not well-formed XML") from None
        return self._root

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        if len(self._open) >= DEEPEST:
            raise PushUnreadable("the message nests too deep")
        self._open.append((name, {}, []))

    def _text(self, text: str) -> None:
        if self._open:
            self._open[-1][2].append(text)

    def _end(self, _name: str) -> None:
        name, children, text = self._open.pop()
        value = children or "".join(text)
        if not self._open:
            self._root = value
            return
        siblings = self._open[-1][1]
        if name not in siblings:
            siblings[name] = value
        elif isinstance(siblings[name], list):
            siblings[name].append(value)
        else:
            siblings[name] = [siblings[name], value]


def _refuse(*_: object) -> None:
    raise PushUnreadable("the message declares a document type")
