"""Say what a validation found in words that help the person who edits the file."""

import difflib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

Models = list[type[BaseModel]]

SENTENCES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": lambda _: "is missing",
    "greater_than_equal": lambda limits: f"must be {limits['ge']} or more",
    "greater_than": lambda limits: f"must be more than {limits['gt']}",
    "less_than_equal": lambda limits: f"must be {limits['le']} or less",
    "int_type": lambda _: "must be a whole number",
    "string_type": lambda _: "must be text in quotes",
    "string_too_short": lambda _: "must not be empty",
    "string_too_long": lambda limits: f"must have at most {limits['max_length']} characters",
    "string_pattern_mismatch": lambda limits: f"must look like {limits['pattern']}",
    "literal_error": lambda limits: f"must be one of {limits['expected']}",
    "union_tag_invalid": lambda limits: f"must be one of {limits['expected_tags']}",
    "union_tag_not_found": lambda limits: f"needs the key {limits['discriminator']}",
    "too_short": lambda limits: f"needs at least {limits['min_length']} entries",
    "too_long": lambda limits: f"must have at most {limits['max_length']} entries",
    "model_type": lambda _: "must be a table",
    "dict_type": lambda _: "must be a table",
    "tuple_type": lambda _: "must be a list",
}
TOO_LONG_TO_SHOW = (dict, list, tuple, BaseModel)  # a line repeats one value after "got", never a whole table


def lines(model: type[BaseModel], mistakes: ValidationError) -> list[str]:
    """Write one line `key: sentence` for each mistake of a validation."""
    found = mistakes.errors(include_url=False)
    return [_line(model, mistake) for mistake in found if not _is_echo(mistake, found)]


def suggestion(word: str, known: Iterable[str]) -> str:
    """Offer the known word that is nearest to a mistyped one; empty when none is near."""
    near = difflib.get_close_matches(word, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _line(model: type[BaseModel], mistake: ErrorDetails) -> str:
    unknown = mistake["type"] == "extra_forbidden"
    place, around = _place(model, mistake["loc"])
    sentence = f"unknown key{suggestion(str(mistake['loc'][-1]), _keys(around))}" if unknown else _sentence(mistake)
    return f"{place}: {sentence}" if place else sentence


def _sentence(mistake: ErrorDetails) -> str:
    if mistake["type"] == "value_error":
        return str(mistake["ctx"]["error"]) + _got(mistake["input"])
    say = SENTENCES.get(mistake["type"])
    text = say(mistake.get("ctx", {})) if say else mistake["msg"]
    return text if mistake["type"] == "missing" else text + _got(mistake["input"])


def _got(value: object) -> str:
    if value is None or isinstance(value, TOO_LONG_TO_SHOW):
        return ""
    return f" (got {value!r})" if isinstance(value, str) else f" (got {value})"


def _is_echo(mistake: ErrorDetails, found: list[ErrorDetails]) -> bool:
    """Tell whether a list is called too short only because its entries have mistakes of their own."""
    place = mistake["loc"]
    inside = (other["loc"][: len(place)] == place and len(other["loc"]) > len(place) for other in found)
    return mistake["type"] == "too_short" and any(inside)


def _place(model: type[BaseModel], location: tuple[int | str, ...]) -> tuple[str, Models]:
    """Write a location as a person would, and find the models in which its last step should stand."""
    path, around = "", [model]
    for number, step in enumerate(location):
        if isinstance(step, int):
            path += f"[{step + 1}]"
        elif len(around) > 1:
            # One of several models is chosen by a key such as `rule`; the choice is no place in the file.
            around = [option for option in around if _chosen_by(option, step)]
        else:
            path += f".{step}"
            inner = _models(around[0], step)
            around = inner if inner and number < len(location) - 1 else around
    return path.removeprefix("."), around


def _chosen_by(option: type[BaseModel], tag: str) -> bool:
    return any(tag in get_args(field.annotation) for field in option.model_fields.values())


def _keys(around: Models) -> set[str]:
    return {key for one in around for key in one.model_fields}


def _models(model: type[BaseModel], key: str) -> Models:
    return _flatten(model.model_fields[key].annotation) if key in model.model_fields else []


def _flatten(annotation: object) -> Models:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [option for part in get_args(annotation) for option in _flatten(part)]
