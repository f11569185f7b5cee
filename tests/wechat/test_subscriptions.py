"""Events about subscribe messages are read in every form in which they come, or refused whole."""

from datetime import UTC, datetime
from typing import Any

import pytest

from backend.wechat import messages, subscriptions
from backend.wechat.errors import PushUnreadable
from demo.wechat_sandbox import sealing
from demo.wechat_sandbox.notices import event

YES = {"TemplateId": "t1", "SubscribeStatusString": "accept", "PopupScene": "0"}
NO = {"TemplateId": "t2", "SubscribeStatusString": "reject", "PopupScene": "0"}
WHO = {"FromUserName": "oLin", "CreateTime": "1610969440"}


@pytest.mark.parametrize("rows", [[YES], [YES, NO]], ids=["one", "two"])
@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_popup_is_read_in_both_forms(rows: list[dict[str, str]], form: str) -> None:
    message: dict[str, Any] = event(subscriptions.POPUP, "oLin", 1610969440, rows, form)
    if form == "xml":
        message = messages.read(sealing.as_xml(message))

    choices = subscriptions.choices(message, subscriptions.POPUP)

    assert [(one.template_id, one.is_accepted) for one in choices] == [("t1", True), ("t2", False)][: len(rows)]
    assert subscriptions.event(message) == subscriptions.Event("oLin", datetime.fromtimestamp(1610969440, UTC))


@pytest.mark.parametrize(
    "holder",
    [{"List": YES}, {"List": [YES]}, {"SubscribeMsgPopupEvent": [YES]}, {"SubscribeMsgPopupEvent": {"List": YES}}],
    ids=str,
)
def test_the_list_is_found_wherever_the_platform_has_put_it(holder: dict[str, Any]) -> None:
    (choice,) = subscriptions.choices(WHO | holder, subscriptions.POPUP)

    assert choice.is_accepted


@pytest.mark.parametrize(("code", "delivered"), [("0", True), (0, True), ("20003", False)])
def test_the_fate_of_a_message_is_read(code: object, delivered: bool) -> None:
    row = {"TemplateId": "t1", "MsgID": 1864323726461255680, "ErrorCode": code, "ErrorStatus": "success"}

    (fate,) = subscriptions.fates(WHO | {"List": [row]})

    assert (fate.number, fate.is_delivered) == ("1864323726461255680", delivered)


@pytest.mark.parametrize(
    "message",
    [
        WHO,
        WHO | {"List": []} | {"List": [{}]},
        WHO | {"List": "text"},
        WHO | {"List": [{"TemplateId": "", "SubscribeStatusString": "accept"}]},
        WHO | {"List": [{"TemplateId": "t" * 65, "SubscribeStatusString": "accept"}]},
    ],
    ids=str,
)
def test_what_cannot_be_read_is_refused(message: dict[str, Any]) -> None:
    with pytest.raises(PushUnreadable):
        subscriptions.choices(message, subscriptions.POPUP)


@pytest.mark.parametrize("message", [{}, {"FromUserName": "oLin"}, WHO | {"CreateTime": "soon"}], ids=str)
def test_an_event_without_a_person_or_a_time_is_refused(message: dict[str, Any]) -> None:
    with pytest.raises(PushUnreadable):
        subscriptions.event(message)
