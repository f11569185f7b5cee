"""Values are made to fit their fields before they are sent; what does not fit is named, and never sent."""

import pytest
from hypothesis import given, settings, strategies

from backend.wechat import values
from backend.wechat.values import TYPES, Unfit
from demo.wechat_sandbox import values as platform

FITTED = [
    ("thing1", "节能宣传周", "节能宣传周"),
    ("thing1", "字" * 20, "字" * 20),
    ("thing1", "字" * 21, "字" * 19 + "…"),
    ("thing1", "两行\n  文字\t之间", "两行 文字 之间"),
    ("thing1", "做得好👍🏽！", "做得好！"),
    ("thing1", "一家人👨‍👩‍👧❤️", "一家人"),
    ("thing1", "👍", "—"),
    ("thing1", "", "—"),
    ("thing1", " \u200b\u202e ", "—"),
    ("thing1", "𠮷" + "字" * 19, "𠮷" + "字" * 17 + "…"),
    ("number2", "-12.5", "-12.5"),
    ("letter3", "ABC", "ABC"),
    ("symbol4", "+-*", "+-*"),
    ("character_string5", "A-2026/06", "A-2026/06"),
    ("time6", "2026-06-15 11:50", "2026年6月15日 11:50"),
    ("time6", "2026-06-15T11:50:00", "2026年6月15日 11:50"),
    ("time6", "2026年06月05日 9:05", "2026年6月5日 09:05"),
    ("time6", "23:59", "23:59"),
    ("time6", "2026-06-15 09:00~2026-06-15 11:50", "2026年6月15日 09:00~2026年6月15日 11:50"),
    ("date7", "2026-06-15", "2026年6月15日"),
    ("date7", "2026-06-15~2026-06-21", "2026年6月15日~2026年6月21日"),
    ("amount8", "¥12.50元", "¥12.50元"),
    ("phone_number9", "+86-13800138000", "+86-13800138000"),
    ("car_number10", "津A12345", "津A12345"),
    ("name11", "欧阳长名字的人也会被截断", "欧阳长名字的人也会…"),
    ("name11", "Alexander the Great of Macedon", "Alexander the Great…"),
    ("phrase12", "已通过审核了", "已通过审核"),
    ("phrase12", "通过 (ok)", "通过"),
    ("enum13", "待领取", "待领取"),
]


@pytest.mark.parametrize(("field", "text", "value"), FITTED, ids=lambda one: str(one)[:24])
def test_a_value_is_made_to_fit_and_the_platform_takes_it(field: str, text: str, value: str) -> None:
    assert values.fitted(field, text) == value
    assert platform.is_good(field, value, (text,))


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("number2", "十二"),
        ("number2", "1" * 33),
        ("number2", ""),
        ("letter3", "A1"),
        ("symbol4", "a"),
        ("character_string5", "含中文"),
        ("time6", "明天"),
        ("time6", "2026-07-01"),
        ("time6", ""),
        ("date7", "11:50"),
        ("date7", "2026-06-15 之前"),
        ("amount8", "很多"),
        ("phone_number9", "内线"),
        ("car_number10", "津A123456789"),
        ("name11", ""),
        ("phrase12", "OK"),
        ("enum13", ""),
    ],
    ids=str,
)
def test_what_no_cutting_makes_fit_is_named_by_its_field_and_not_repeated(field: str, text: str) -> None:
    with pytest.raises(Unfit) as unfit:
        values.fitted(field, text)

    assert unfit.value.field == field
    assert len(text) < 2 or text not in str(unfit.value)


@settings(max_examples=300, deadline=None)
@given(strategies.sampled_from(sorted(TYPES)), strategies.text(max_size=60))
def test_whatever_is_fitted_the_platform_takes(kind: str, text: str) -> None:
    try:
        value = values.fitted(f"{kind}1", text)
    except Unfit:
        return

    assert platform.is_good(f"{kind}1", value, (value,)), repr(value)


def test_a_notice_of_wecom_is_cut_too() -> None:
    assert values.plain("字" * 31, 30) == "字" * 29 + "…"
    assert values.plain("🎉", 30) == "—"
