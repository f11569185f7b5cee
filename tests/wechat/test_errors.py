"""Every problem of WeChat's can be said to a member, in both languages, without WeChat's own words."""

import pytest

from backend.core.errors import Problem, missing_translations
from backend.wechat import errors

PROBLEMS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Problem)]


@pytest.mark.parametrize("problem", [kind for kind in PROBLEMS if kind is not Problem])
def test_a_problem_is_said_in_both_languages(problem: type[Problem]) -> None:
    assert missing_translations(problem) == []
    assert problem().text("zh-CN") != problem().text("en")


def test_an_unavailable_wechat_says_when_to_come_back() -> None:
    fault = errors.WeChatUnavailable(7)

    assert fault.retry_seconds == 7
    assert "WeChat" in fault.text.in_("en")
    assert "微信" in fault.text.in_("zh-CN")
