"""Read the details of an act by its kind's model, and say what is wrong with them in both languages."""

from typing import Any

from pydantic import ValidationError

from backend.checkins.errors import DetailInvalid
from backend.checkins.kind import Details, Kind
from backend.core.text import Text

_REASONS = {
    "missing": Text("缺少该项", "it is missing"),
    "extra_forbidden": Text("没有这一项", "there is no such detail"),
    "finite_number": Text("必须是有限的数", "it must be a finite number"),
    "decimal_parsing": Text("必须是数字", "it must be a number"),
    "decimal_type": Text("必须是数字", "it must be a number"),
    "int_type": Text("必须是整数", "it must be a whole number"),
    "bool_parsing": Text("必须是“是”或“否”", "it must be true or false"),
    "greater_than": Text("必须大于 {gt}", "it must be more than {gt}"),
    "greater_than_equal": Text("不能小于 {ge}", "it must be {ge} or more"),
    "less_than_equal": Text("不能大于 {le}", "it must be {le} or less"),
    "decimal_max_places": Text("最多 {decimal_places} 位小数", "it has more than {decimal_places} decimal places"),
    "enum": Text("只能是：{expected}", "it must be one of: {expected}"),
    "too_far": Text("该出行方式最远可选 {longest}", "the longest distance for this mode is {longest}"),
}
_OTHER = Text("格式不正确", "its form is wrong")


def read(kind: Kind[Details], details: dict[str, Any]) -> Details:
    """Return the details as the kind's own type, or raise DetailInvalid for the first that is wrong."""
    try:
        return kind.details.model_validate(details)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False)[0]
        reason = _REASONS.get(first["type"], _OTHER)
        context = {name: str(value) for name, value in first.get("ctx", {}).items()}
        field = ".".join(str(part) for part in first["loc"]) or "distance"
        raise DetailInvalid(
            field=field[:40], reason=Text(reason.in_("zh-CN", **context), reason.in_("en", **context))
        ) from None
