"""What WeChat holds of a text or a picture, read into models.

Sources: wechat pages msgSecCheck and mediaCheckAsync (version 2); the shape of the pushed verdict follows payloads
seen in the field: labels come as numbers or as text, and `detail` is summed up by `result`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from backend.core.text import Text
from backend.wechat.errors import PushUnreadable

FINE: Final = 100
OTHER: Final = 21000
LABELS: Final = {
    FINE: Text("正常", "fine"),
    10001: Text("广告", "advertising"),
    20001: Text("时政", "politics"),
    20002: Text("色情", "pornography"),
    20003: Text("辱骂", "abuse"),
    20006: Text("违法犯罪", "crime"),
    20008: Text("欺诈", "fraud"),
    20012: Text("低俗", "vulgarity"),
    20013: Text("版权", "copyright"),
    OTHER: Text("其他", "something else"),
}
LONGEST_TEXT: Final = 2500
TRACE: Final = re.compile(r"^[\x21-\x7e]{1,64}$")


class Scene(IntEnum):
    """Where a text or a picture is to be shown, as the platform numbers it."""

    PROFILE = 1
    COMMENT = 2
    FORUM = 3
    DIARY = 4


class Suggest(StrEnum):
    """What the platform advises."""

    PASS = "pass"  # noqa: S105 - the platform's word, not a secret
    REVIEW = "review"
    RISKY = "risky"


class _Checked(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class Judgement(_Checked):
    """The sum of a check. An advice that we do not know means that a person should look."""

    suggest: Suggest
    label: int | None = None

    @field_validator("suggest", mode="before")
    @classmethod
    def _known(cls, value: object) -> object:
        return value if isinstance(value, str) and value in set(Suggest) else Suggest.REVIEW

    @field_validator("label", mode="before")
    @classmethod
    def _number(cls, value: object) -> int | None:
        text = str(value)
        return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else None


@dataclass(frozen=True)
class TextVerdict:
    """What the platform advises about a text, and its label."""

    suggest: Suggest
    label: int | None


@dataclass(frozen=True)
class MediaVerdict:
    """What was pushed about a picture: which question it answers, and the advice; None: it could not be checked."""

    trace_id: str
    suggest: Suggest | None
    label: int | None


class _MediaCheck(_Checked):
    trace_id: str = Field(min_length=1)
    errcode: int = 0
    result: Judgement | None = None


def media_verdict(event: Mapping[str, Any]) -> MediaVerdict:
    """Return the verdict of an event `wxa_media_check`; raises PushUnreadable.

    Whoever passes must pass as "fine": a pass with a label that we do not know wants a person's eyes.
    """
    try:
        check = _MediaCheck.model_validate(event)
    except ValidationError as fault:
        fields = ", ".join(".".join(map(str, error["loc"])) for error in fault.errors(include_input=False))
        raise PushUnreadable(f"wxa_media_check: {fields}") from None
    if check.errcode:
        return MediaVerdict(check.trace_id, None, None)
    if check.result is None:
        return MediaVerdict(check.trace_id, Suggest.REVIEW, None)
    suggest, label = check.result.suggest, check.result.label
    if suggest is Suggest.PASS and label != FINE:
        suggest = Suggest.REVIEW
    return MediaVerdict(check.trace_id, suggest, label)
