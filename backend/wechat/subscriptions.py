"""Read what WeChat pushes about subscribe messages: a tap in the pop-up, a change in the settings, a message's fate.

Source: the page subscribe-message of the mini-program's guide. In JSON the list stands under `List` or under the
event's own name, alone as an object or in a list; in XML below the event's own name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from backend.wechat.errors import PushUnreadable

POPUP, CHANGE, SENT = "subscribe_msg_popup_event", "subscribe_msg_change_event", "subscribe_msg_sent_event"
_OWN: Final = {POPUP: "SubscribeMsgPopupEvent", CHANGE: "SubscribeMsgChangeEvent", SENT: "SubscribeMsgSentEvent"}
_MOST: Final = 20  # of one event; the platform asks for five at once at most


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True, coerce_numbers_to_str=True)

    template_id: str = Field(alias="TemplateId", min_length=1, max_length=64)


class Choice(_Row):
    """What a member answered, or changed, for one template."""

    status: str = Field(alias="SubscribeStatusString", max_length=20)

    @property
    def is_accepted(self) -> bool:
        """Whether it is a yes; with a sound or without."""
        return self.status.startswith("accept")


class Fate(_Row):
    """What became of one message that was sent."""

    number: str = Field(alias="MsgID", min_length=1, max_length=64)
    code: str = Field(alias="ErrorCode", default="0", max_length=12)
    status: str = Field(alias="ErrorStatus", default="", max_length=60)

    @property
    def is_delivered(self) -> bool:
        """Whether the member has got it."""
        return self.code == "0"


Row = TypeVar("Row", bound=_Row)


@dataclass(frozen=True)
class Event:
    """Whose phone it was, and when, by the platform's clock."""

    openid: str
    at: datetime


def event(message: Mapping[str, Any]) -> Event:
    """Return whom an event is about; raises PushUnreadable."""
    try:
        return Event(str(message["FromUserName"]), datetime.fromtimestamp(int(message["CreateTime"]), UTC))
    except (KeyError, ValueError, TypeError, OverflowError, OSError):
        raise PushUnreadable("the event names nobody, or no time") from None


def choices(message: Mapping[str, Any], name: str) -> list[Choice]:
    """Return the answers of a pop-up, or the changes of settings; raises PushUnreadable."""
    return _rows(Choice, message, name)


def fates(message: Mapping[str, Any]) -> list[Fate]:
    """Return what became of messages; raises PushUnreadable."""
    return _rows(Fate, message, SENT)


def _rows(model: type[Row], message: Mapping[str, Any], name: str) -> list[Row]:
    found: Any = message.get("List", message.get(_OWN[name]))
    if isinstance(found, Mapping) and "List" in found:
        found = found["List"]
    rows: Sequence[Any] = found if isinstance(found, list) else [found]
    try:
        return [model.model_validate(row) for row in rows[:_MOST]]
    except ValidationError as fault:
        fields = ", ".join(".".join(map(str, error["loc"])) for error in fault.errors(include_input=False))
        raise PushUnreadable(f"{name}: {fields}") from None
