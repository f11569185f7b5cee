"""What can be wrong with a roster file: single rows, or the file as a whole."""

from dataclasses import dataclass

from backend.core.errors import Problem
from backend.core.text import Text

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 100_000


class RosterTooLarge(Problem):
    """The file has more bytes or rows than an import takes."""

    zh = "名册文件过大：{what}。请按单位拆分后分别导入。"
    en = "The roster file is too large: {what}. Split it by institution and import the parts."


class RosterUnreadable(Problem):
    """The file is no workbook and no CSV text that could be read."""

    zh = "无法读取名册文件：{reason}"
    en = "The roster file cannot be read: {reason}"


class RosterNotClean(Problem):
    """The preview has problems, and the operator did not say that bad rows may be left out."""

    zh = "名册存在 {count} 处问题（见 roster preview），未导入任何内容。请改正，或加 --skip-bad-rows 跳过这些行。"
    en = "The roster has {count} problems, nothing was imported. See `roster preview`; mend it or add --skip-bad-rows."


class RosterShrinks(Problem):
    """The import would end so many memberships that the operator has to say it is meant."""

    zh = (
        "导入后{institution}将有 {ended} 人离开（现有 {members} 人），超过两成，未导入任何内容。"
        "如确认无误，请加 --allow-shrink。"
    )
    en = (
        "The import would end {ended} of the {members} memberships of {institution}, more than one in five; "
        "nothing was imported. If that is meant, allow the roster to shrink."
    )


class RosterChangedMeanwhile(Problem):
    """The rosters are no longer what the preview was made from."""

    zh = "名册在预览之后已发生变化，未导入任何内容，请重新预览。"
    en = "The rosters have changed since the preview, nothing was imported: preview again."


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing wrong with the file: in which line and column, and why.

    `whole_file` means that no row can be trusted, so that the problem cannot be skipped.
    """

    line: int
    column: str
    reason: Text
    whole_file: bool = False


def worded(zh: str, en: str, **fields: object) -> Text:
    """Fill values of the file into a reason; the result shows them as they are, braces included."""
    return Text(*(template.format(**fields).replace("{", "{{").replace("}", "}}") for template in (zh, en)))


def shortened(text: str, most: int = 30) -> str:
    """Return text of the file in a length fit for a message, without what a terminal would obey."""
    visible = "".join(character if character.isprintable() else "�" for character in text)
    return visible if len(visible) <= most else visible[:most] + "…"
