"""The office says which template carries what: every mistake is named by file and key, and nothing is computed."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from backend.__main__ import cli
from backend.campaigns import message_sheet
from backend.carbon.documents import Unusable
from backend.core import paths
from backend.messages.templates import ONE_TIME, WECOM
from tests.messages.post import EVERY_WAY, ONE, carried

FIELD = 'kind = "points_adjusted"\ntemplate = "a-template-0001"\n'
NOTICE = '[[wecom]]\nkind = "points_adjusted"\ntitle = "积分有调整"\ndescription = "请在小程序查看"\n'


def sheet(folder: Path, content: str) -> Path:
    """Write the office's file."""
    (folder / message_sheet.FILE).write_text(content, encoding="utf-8")
    return folder


def test_what_is_shipped_has_no_mistake_and_sends_nothing() -> None:
    assert message_sheet.problems(paths.folder("campaigns")) == []
    assert not any(message_sheet.load(paths.folder("campaigns")).carried(one) for one in (ONE_TIME, WECOM))


def test_without_the_file_nothing_is_sent(tmp_path: Path) -> None:
    assert message_sheet.problems(tmp_path) == []
    assert message_sheet.load(tmp_path).permitted() == {}


def test_what_the_file_says_is_read(tmp_path: Path) -> None:
    templates = message_sheet.load(sheet(tmp_path, f"format = 1\n{EVERY_WAY}"))

    assert templates.carrier(ONE_TIME, "points_adjusted").template == ONE
    assert templates.carrier(ONE_TIME, "badge_earned") is None
    assert templates.kinds_of(WECOM) == ["points_adjusted"]
    assert sorted(templates.permitted().values()) == ["employee", "long_term", "one_time"]


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("format = 2", "format"),
        ("format = ", "not valid TOML"),
        ('format = 1\n[[one_time]]\nkind = "badge"', "there is no kind of message 'badge'"),
        (f"format = 1\n[[one_time]]\n{FIELD}", "fields"),
        (f'format = 1\n[[one_time]]\n{FIELD}fields = {{ thing = "x" }}', "thing is no field"),
        (f'format = 1\n[[one_time]]\n{FIELD}fields = {{ stuff1 = "x" }}', "stuff1 is no field"),
        (f'format = 1\n[[one_time]]\n{FIELD}fields = {{ thing1 = "{{prize}}" }}', "points_adjusted has no prize"),
        (f'format = 1\n[[one_time]]\n{FIELD}fields = {{ thing1 = "{{campaign.x}}" }}', "braces stand around a name"),
        (f'format = 1\n[[one_time]]\n{FIELD}fields = {{ thing1 = "{{campaign!r}}" }}', "braces stand around a name"),
        (f'format = 1\n[[one_time]]\n{FIELD}fields = {{ thing1 = "{{" }}', "braces stand around a name"),
        (f'format = 1\n[[one_time]]\n{FIELD}fields = {{ thing1 = "{"字" * 21}" }}', "is too long"),
        (f'format = 1\n[[one_time]]\n{FIELD}fields = {{ number1 = "十" }}', "number1 takes a number"),
        (f'format = 1\n[[one_time]]\n{FIELD}page = "/pages/x"\nfields = {{ thing1 = "x" }}', "without a slash"),
        (f'format = 1\n[[one_time]]\n{FIELD}colour = "red"\nfields = {{ thing1 = "x" }}', "colour"),
        ("format = 1\n" + carried("one_time", ONE) * 2, "points_adjusted is listed twice"),
        (f"format = 1\n{NOTICE}".replace("积分有调整", "短"), "title: it has 4 to 12 characters"),
        (f'format = 1\n{NOTICE}rows = [ {{ key = "{"字" * 11}", value = "x" }} ]', "key"),
        ("format = 1\n[[sms]]\n", "sms"),
    ],
    ids=lambda one: one[-30:],
)
def test_each_mistake_is_named_and_the_file_is_not_used(tmp_path: Path, content: str, named: str) -> None:
    folder = sheet(tmp_path, content)

    lines = message_sheet.problems(folder)

    assert any(named in line for line in lines), lines
    assert all(f"{tmp_path.name}/messages.toml" in line for line in lines)
    with pytest.raises(Unusable, match=r"messages\.toml"):
        message_sheet.load(folder)


def test_the_check_of_themes_checks_templates_too(tmp_path: Path) -> None:
    ended = CliRunner().invoke(cli, ["themes", "check", str(sheet(tmp_path, "format = 2"))])

    assert ended.exit_code == 1
    assert "messages.toml: format" in ended.output
