"""Which template carries which kind of message over which channel: what `campaigns/messages.toml` may say.

A kind that a channel has no template for does not go over it. Values are texts with the names of the kind's own values
in braces, besides `{title}`, `{body}` and `{posted_at}`; nothing is computed.
"""

import re
import string
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from backend.messages.kinds import KINDS
from backend.wechat import values

WECOM, EMPLOYEE, LONG_TERM, ONE_TIME = "wecom", "employee", "long_term", "one_time"
# In this order a message looks for its way: what costs the member nothing and cannot run out comes first.
CHANNELS: Final = (WECOM, EMPLOYEE, LONG_TERM, ONE_TIME)
ALWAYS_KNOWN: Final = frozenset({"title", "body", "posted_at"})
MOST_TEMPLATES: Final = 5  # that one call of wx.requestSubscribeMessage may ask for

_PAGE = re.compile(r"[A-Za-z0-9_\-][A-Za-z0-9_\-/]{0,127}(\?[A-Za-z0-9_\-=&{}]{1,128})?")
_NAME = re.compile(r"[a-z][a-z_]*")


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _names(text: str) -> set[str]:
    try:
        parts = [(name, spec, conversion) for _, name, spec, conversion in string.Formatter().parse(text)]
    except ValueError:
        raise ValueError("braces stand around a name, as in {campaign}") from None
    for name, spec, conversion in parts:
        if name is not None and (spec or conversion or not _NAME.fullmatch(name)):
            raise ValueError("braces stand around a name and nothing else, as in {campaign}")
    return {name for name, _, _ in parts if name is not None}


class _Carrier(_Table):
    """What carries one kind."""

    kind: str
    page: str = "pages/index/index"

    @field_validator("kind")
    @classmethod
    def _known(cls, kind: str) -> str:
        if kind not in KINDS:
            raise ValueError(f"there is no kind of message {kind!r}; there are {', '.join(KINDS)}")
        return kind

    @field_validator("page")
    @classmethod
    def _is_page(cls, page: str) -> str:
        if not _PAGE.fullmatch(page):
            raise ValueError("a page is named as in pages/index/index, without a slash before it")
        return page

    def _check_names(self, *texts: str) -> None:
        known = KINDS[self.kind].values | ALWAYS_KNOWN
        for text in texts:
            unknown = _names(text) - known
            if unknown:
                raise ValueError(f"{self.kind} has no {', '.join(sorted(unknown))}; it has {', '.join(sorted(known))}")


class Template(_Carrier):
    """A template of the mini-program: its id, and what each of its fields says."""

    template: Annotated[str, Field(pattern=r"^[A-Za-z0-9_\-]{10,64}$")]
    fields: Annotated[dict[str, str], Field(min_length=1, max_length=10)]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for name in self.fields:
            shape = values.FIELD.fullmatch(name)
            if shape is None or shape[1] not in values.TYPES:
                known = ", ".join(values.TYPES)
                raise ValueError(f"fields: {name} is no field: it is a type and a number, as in thing1; types: {known}")
        self._check_names(*self.fields.values(), self.page)
        for name, text in self.fields.items():
            if not _names(text):
                _fits(name, text)
        return self


def _fits(name: str, text: str) -> None:
    if values.fitted(name, text) != text:
        raise ValueError(f"fields: {name}: {text!r} is too long or holds what the platform does not show")


class Row(_Table):
    """One row of a WeCom notice."""

    key: Annotated[str, Field(min_length=1, max_length=10)]
    value: Annotated[str, Field(min_length=1)]


class WeComTemplate(_Carrier):
    """A WeCom notice: a title, a description, at most ten rows."""

    title: str
    description: str
    rows: Annotated[tuple[Row, ...], Field(max_length=10)] = ()
    emphasise_first: bool = False

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        self._check_names(self.title, self.description, self.page, *(row.value for row in self.rows))
        for name in ("title", "description"):
            text = getattr(self, name)
            if not _names(text) and not 4 <= values.length(text) <= 12:  # noqa: PLR2004 - WeCom's page message/send
                raise ValueError(f"{name}: it has 4 to 12 characters")
        return self


class Templates(_Table):
    """The whole file."""

    format: Literal[1]
    one_time: tuple[Template, ...] = ()
    long_term: tuple[Template, ...] = ()
    employee: tuple[Template, ...] = ()
    wecom: tuple[WeComTemplate, ...] = ()

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        for channel in CHANNELS:
            kinds = [one.kind for one in getattr(self, channel)]
            for kind in {kind for kind in kinds if kinds.count(kind) > 1}:
                raise ValueError(f"{channel}: {kind} is listed twice")
        return self

    def carrier(self, channel: str, kind: str) -> Any:
        """Return what carries a kind over a channel, or None: it does not go over it."""
        return next((one for one in getattr(self, channel) if one.kind == kind), None)

    def carried(self, channel: str) -> bool:
        """Tell whether anything goes over a channel."""
        return bool(getattr(self, channel))

    def kinds_of(self, channel: str) -> list[str]:
        """Return the kinds that go over a channel."""
        return [one.kind for one in getattr(self, channel)]

    def what_is(self, template_id: str) -> tuple[str, str]:
        """Return the channel and the kind of a template that a member has to agree to."""
        return next(
            (channel, one.kind)
            for channel in (ONE_TIME, LONG_TERM, EMPLOYEE)
            for one in getattr(self, channel)
            if one.template == template_id
        )

    def permitted(self) -> Mapping[str, str]:
        """Return the templates that a member has to agree to, with the channel of each."""
        agreed = (ONE_TIME, LONG_TERM, EMPLOYEE)
        return {one.template: channel for channel in agreed for one in getattr(self, channel)}


NONE: Final = Templates(format=1)
