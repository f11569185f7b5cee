"""Problems speak both languages, tell the same in each, and survive being written down."""

import json
import pickle
from datetime import UTC, date, datetime

import pytest

from backend.core import problem_json
from backend.core.errors import (
    Forbidden,
    InvalidValue,
    NotFound,
    Problem,
    Unauthenticated,
    Unavailable,
    missing_translations,
)
from backend.core.text import LOCALES, Text
from tests.core.problems import every_problem, fields_of, raised

PROBLEMS = every_problem()


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.__name__)
def test_a_problem_tells_the_same_facts_in_both_languages(problem: type[Problem]) -> None:
    assert missing_translations(problem) == []
    assert fields_of(problem.zh) == fields_of(problem.en)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in problem.zh)
    assert problem.en.isascii()


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.__name__)
def test_a_problem_is_explained_to_clients_by_its_docstring(problem: type[Problem]) -> None:
    assert problem.__doc__
    assert problem.__doc__ != Problem.__doc__


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.__name__)
def test_a_problem_that_was_written_down_says_the_same_again(problem: type[Problem]) -> None:
    original = raised(problem)

    written = json.loads(json.dumps(problem_json.to_document(original)))
    again = problem_json.from_document(written)

    assert type(again) is problem
    assert again.fields == original.fields
    for locale in LOCALES:
        assert again.text(locale) == original.text(locale)
        assert "{" not in again.text(locale)


@pytest.mark.parametrize("problem", PROBLEMS, ids=lambda problem: problem.__name__)
def test_a_problem_goes_from_one_process_to_another_whole(problem: type[Problem]) -> None:
    original = raised(problem)

    again = pickle.loads(pickle.dumps(original))  # noqa: S301 - our own bytes

    assert type(again) is problem
    assert again.fields == original.fields


def test_no_two_problems_share_a_name() -> None:
    names = [problem.__name__ for problem in PROBLEMS]

    assert sorted(set(names)) == sorted(names)


def test_a_name_that_is_no_problem_is_not_read_back() -> None:
    with pytest.raises(LookupError, match="NoSuchProblem"):
        problem_json.from_document({"problem": "NoSuchProblem", "fields": {}})


def test_instants_are_shown_in_beijing_time_and_days_as_days() -> None:
    problem = InvalidValue(field=datetime(2026, 6, 15, 20, 30, tzinfo=UTC), reason=date(2026, 6, 15))

    assert problem.text("en") == "'2026-06-16 04:30' cannot be accepted: 2026-06-15"


def test_a_field_that_is_a_text_is_told_in_the_language_of_the_problem() -> None:
    problem = NotFound(what=Text("活动", "campaign"))

    assert problem.text("zh-CN").endswith("：活动")
    assert problem.text("en").endswith(": campaign")


def test_braces_that_a_member_typed_do_no_harm() -> None:
    assert NotFound(what="{0.__class__}").text("en").endswith(": {0.__class__}")


@pytest.mark.parametrize("refusal", [Unauthenticated, Forbidden, Unavailable])
def test_a_refusal_and_a_fault_have_a_code_and_both_languages(
    refusal: type[Unauthenticated | Forbidden | Unavailable],
) -> None:
    assert refusal.code.isupper()
    assert refusal.text.zh
    assert refusal.text.en


def test_being_unavailable_says_when_to_try_again() -> None:
    assert Unavailable().retry_seconds == 2
    assert Unavailable(retry_seconds=30).retry_seconds == 30
