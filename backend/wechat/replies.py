"""Read WeChat's replies into models, at the door.

A success may lack `errcode`, and unknown fields are welcome: the platform adds some from time to time. What
does not fit is reported without repeating it, since a reply may hold a session key.
"""

import re
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from backend.wechat import checks
from backend.wechat.errors import WeChatReplyUnexpected


class _Reply(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class Outcome(_Reply):
    """The two fields that every reply may have."""

    errcode: int | None = None
    errmsg: str | None = None
    rid: str | None = None

    @property
    def request_id(self) -> str | None:
        """The platform's id of the request, by which its support finds it; usually inside the message."""
        found = re.search(r"rid:\s*([\w-]+)", self.errmsg or "")
        return self.rid or (found[1] if found else None)


class WeChatSession(_Reply):
    """Who signed in. The session key must never leave the server; it does not show in a repr."""

    openid: str = Field(min_length=1)
    session_key: SecretStr = Field(min_length=1)
    unionid: str | None = None


class TokenReply(_Reply):
    """A token and the seconds it still has."""

    access_token: SecretStr = Field(min_length=1)
    expires_in: int = Field(gt=0)


class _Watermark(_Reply):
    appid: str


class _PhoneInfo(_Reply):
    pure_phone_number: str = Field(alias="purePhoneNumber", pattern=r"^\d{4,20}$")
    country_code: str = Field(alias="countryCode", pattern=r"^\d{1,4}$", coerce_numbers_to_str=True)
    watermark: _Watermark


class PhoneReply(_Reply):
    """A verified phone number, with the app id it was given to."""

    phone_info: _PhoneInfo

    @property
    def app_id(self) -> str:
        """The mini-program that the number was given to."""
        return self.phone_info.watermark.appid

    @property
    def number(self) -> str:
        """The number with its country code, as in +8613800138000."""
        return f"+{self.phone_info.country_code}{self.phone_info.pure_phone_number}"


class TextCheckReply(_Reply):
    """What the platform holds of a text; the parts of the check (`detail`) are summed up in it."""

    result: checks.Judgement


class MediaCheckReply(_Reply):
    """The name of a question whose answer will be pushed."""

    trace_id: str = Field(pattern=checks.TRACE)


Reply = TypeVar("Reply", bound=_Reply)


def read(model: type[Reply], payload: dict[str, Any]) -> Reply:
    """Return the payload as that model; raises `WeChatReplyUnexpected` naming the fields that do not fit."""
    try:
        return model.model_validate(payload)
    except ValidationError as fault:
        fields = ", ".join(".".join(map(str, error["loc"])) for error in fault.errors(include_input=False))
        raise WeChatReplyUnexpected(f"{model.__name__}: {fields}") from None
