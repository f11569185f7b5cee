"""The kinds of error, of which each has one place (ARCHITECTURE.md): problems, refusals, faults."""

from datetime import date, datetime
from typing import ClassVar

from backend.core import clock
from backend.core.text import LOCALES, Locale, Text

SHOWN_ZONE = "Asia/Shanghai"


class Problem(Exception):
    """Something expected that the caller can act on; becomes a member of a result union.

    Subclasses stand in their slice's `errors.py` and say in `zh` and `en` what is wrong, as `str.format`
    templates over the fields that they are raised with. A field may itself be a `Text`.
    """

    zh: ClassVar[str]
    en: ClassVar[str]

    def __init__(self, **fields: object) -> None:
        super().__init__(type(self).__name__, fields)
        self.fields = fields

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions are made again from their positional arguments, of which a problem takes none: unpickling one that
        # comes from another process would fail, and take the pool of processes with it.
        return _again, (type(self), self.fields)

    def text(self, locale: Locale) -> str:
        """Return the message to show, in that language."""
        shown = {name: _shown(value, locale) for name, value in self.fields.items()}
        return Text(self.zh, self.en).in_(locale, **shown)


def _again(problem: type[Problem], fields: dict[str, object]) -> Problem:
    return problem(**fields)


class NotFound(Problem):
    """The thing named does not exist, or is not the caller's to see: both get this one answer."""

    zh = "没有找到这项内容，或您无权查看：{what}"
    en = "Not found, or not yours to see: {what}"


class InvalidValue(Problem):
    """One value of the input cannot be accepted."""

    zh = "“{field}”填写有误：{reason}"
    en = "'{field}' cannot be accepted: {reason}"


class RequestReused(Problem):
    """The same request id came with other content."""

    zh = "该请求编号已用于另一项内容，请重新提交。"
    en = "This requestId was used for something else: submit again with a new one."


class RequestIdInvalid(Problem):
    """The request id is missing or has a form that cannot be kept."""

    zh = "请求编号须为 8 至 64 个字母、数字、“-”或“_”。"
    en = "A requestId has 8 to 64 letters, digits, '-' or '_'."


class BatchTooLarge(Problem):
    """More items than one request may carry, or none."""

    zh = "每次可提交 1 至 {limit} 条，本次为 {given} 条。"
    en = "A request carries 1 to {limit} items; this one has {given}."


class Refusal(Exception):
    """Not the caller's to do; becomes a top-level error with `extensions.code`."""

    code: ClassVar[str]
    text: ClassVar[Text]


class Unauthenticated(Refusal):
    """Nobody is signed in, or the session has ended."""

    code = "UNAUTHENTICATED"
    text = Text("登录已失效，请重新登录。", "Your session has ended: please sign in again.")


class Forbidden(Refusal):
    """The caller is known and may not do this."""

    code = "FORBIDDEN"
    text = Text("您没有进行此操作的权限。", "You are not allowed to do this.")


class Unavailable(Exception):
    """The database or a neighbour does not answer just now; nothing was written; try again later."""

    code = "UNAVAILABLE"
    text: ClassVar[Text] = Text(
        "服务暂时繁忙，请稍后重试，您的操作没有丢失。", "Busy just now: please try again, nothing was lost."
    )

    def __init__(self, retry_seconds: int = 2) -> None:
        super().__init__(f"unavailable, retry in {retry_seconds} s")
        self.retry_seconds = retry_seconds


def _shown(value: object, locale: Locale) -> object:
    if isinstance(value, Text):
        return value.in_(locale)
    if isinstance(value, datetime):
        try:
            return value.astimezone(clock.zone(SHOWN_ZONE)).strftime("%Y-%m-%d %H:%M")
        except OverflowError:  # the last hours of the year 9999, as a broken phone may send them
            return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value


def missing_translations(problem: type[Problem]) -> list[str]:
    """Name the languages in which a problem has no text of its own."""
    texts = {"zh-CN": getattr(problem, "zh", ""), "en": getattr(problem, "en", "")}
    return [locale for locale in LOCALES if not texts[locale]]
