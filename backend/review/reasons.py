"""Why an act is refused: a fixed list, each with the words that its member reads."""

from enum import StrEnum

from backend.core.text import Text


class Reason(StrEnum):
    """What the reviewer saw to be wrong."""

    UNRELATED = "unrelated"
    UNREADABLE = "unreadable"
    COPIED = "copied"
    WRONG_PLACE_TIME = "wrong_place_time"
    WRONG_KIND = "wrong_kind"
    UNBELIEVABLE = "unbelievable"
    UNFIT = "unfit"
    OTHER = "other"

    @property
    def wording(self) -> Text:
        """What the member reads."""
        return _WORDS[self]


_WORDS = {
    Reason.UNRELATED: Text("照片与所报行动无关", "the photo does not show this act"),
    Reason.UNREADABLE: Text("照片或内容无法辨认", "the photo or the details cannot be made out"),
    Reason.COPIED: Text("照片系复制或重复使用", "the picture is a copy or was used before"),
    Reason.WRONG_PLACE_TIME: Text("时间或地点不符", "the time or the place is not right"),
    Reason.WRONG_KIND: Text("不属于该类行动", "it is not this kind of act"),
    Reason.UNBELIEVABLE: Text("数量不合常理", "the amount is not believable"),
    Reason.UNFIT: Text("照片不宜展示", "the photo is not fit to be shown"),
    Reason.OTHER: Text("其他原因", "another reason"),
}


def told(reason: Reason, note: str | None) -> Text:
    """Return the reason with the reviewer's note, in both languages."""
    words = reason.wording
    if not note:
        return words
    literal = note.replace("{", "{{").replace("}", "}}")  # a Text's braces are fields, a note's are not
    return Text(f"{words.zh}（{literal}）", f"{words.en} ({literal})")
