"""Messages are read as JSON or XML, and what is neither is named, however it is built."""

import json

import pytest

from backend.wechat import messages
from backend.wechat.errors import PushUnreadable
from demo.wechat_sandbox.sealing import as_xml

LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
BOMB = f'<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY a0 "ha">{LAUGHS}]><xml><Event>&a11;</Event></xml>'
OUTSIDE = '<!DOCTYPE xml [<!ENTITY x SYSTEM "file:///etc/passwd">]><xml><Event>&x;</Event></xml>'
VERDICT = {
    "Event": "wxa_media_check",
    "trace_id": "60f9-3845",
    "result": {"suggest": "pass", "label": "100"},
    "detail": [{"strategy": "content_model", "errcode": "0"}, {"strategy": "keyword", "errcode": "0"}],
}


def test_json_and_xml_say_the_same() -> None:
    read = [messages.read(text) for text in (json.dumps(VERDICT), as_xml(VERDICT), "\ufeff\n " + as_xml(VERDICT))]

    assert read == [VERDICT] * 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("<xml><a><![CDATA[<b>&amp;</b>]]></a></xml>", {"a": "<b>&amp;</b>"}),
        ("<xml><a>1</a><a>2</a><a>3</a></xml>", {"a": ["1", "2", "3"]}),
        ("<xml><a/><b> </b></xml>", {"a": "", "b": " "}),
        ('<?xml version="1.0" encoding="utf-16"?><xml><a>中</a></xml>', {"a": "中"}),
        ("<xml><!-- not said --><a>1</a><?do nothing?></xml>", {"a": "1"}),
    ],
)
def test_xml_is_read_by_its_elements(text: str, message: dict[str, object]) -> None:
    assert messages.read(text) == message


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        '"text"',
        "7",
        "{",
        '{"a": 1,}',
        "[" * 100_000,
        '{"a":' * 50_000,
        "9" * 5000,
        "<",
        "<xml>",
        "<xml><a></b></xml>",
        "<xml>&unknown;</xml>",
        "<xml>text alone</xml>",
        "<xml/>",
        "<xml/><xml/>",
        "<xml><a>\x00</a></xml>",
        "<a>" * 100 + "</a>" * 100,
        "<a>" * 20_000,
        BOMB,
        OUTSIDE,
        "<!DOCTYPE xml><xml><a>1</a></xml>",
        '<!DOCTYPE xml SYSTEM "http://127.0.0.1:1/x.dtd"><xml><a>1</a></xml>',
    ],
    ids=lambda text: text[:24],
)
def test_what_is_no_message_is_named(text: str) -> None:
    with pytest.raises(PushUnreadable):
        messages.read(text)
