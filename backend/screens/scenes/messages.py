"""What an organiser has written on the screens: each message on a sheet of its own."""

from dataclasses import dataclass

from sqlmodel import col, select

from backend.core.text import Text
from backend.screens import frame
from backend.screens.legible import legible
from backend.screens.room import SIZES
from backend.screens.scene import Scene, Wall
from backend.screens.shapes import Shape
from backend.screens.sheet import Sheet
from backend.screens.tables import ScreenMessage

MOST = 5  # in one turn


@dataclass(frozen=True)
class Written:
    """The messages in force, the oldest first."""

    texts: tuple[str, ...]


class Messages(Scene[Written]):
    key = "messages"
    title = Text("通知", "Messages")
    seconds = 20

    async def facts(self, wall: Wall) -> Written | None:
        if wall.draft is not None:
            return Written((legible(wall.draft.in_(wall.locale)),))
        async with wall.database.read() as session:
            found = await session.exec(
                select(ScreenMessage)
                .where(
                    col(ScreenMessage.institution_id) == (wall.institution.id or 0),
                    col(ScreenMessage.begins_at) <= wall.now,
                    col(ScreenMessage.ends_at) > wall.now,
                    col(ScreenMessage.withdrawn_at).is_(None),
                )
                .order_by(col(ScreenMessage.begins_at), col(ScreenMessage.id))
            )
            texts = [legible((one.text_en if wall.locale == "en" else None) or one.text_zh) for one in found]
        shown = tuple(text for text in texts if text)[-MOST:]
        return Written(shown) if shown else None

    def lay(self, facts: Written, wall: Wall, shape: Shape) -> list[Sheet]:
        return [_sheet(text, shape) for text in facts.texts]


SCENE = Messages()


def _sheet(text: str, shape: Shape) -> Sheet:
    sheet, sizes, room = Sheet(shape), SIZES[shape.name], frame.content(shape)
    sheet.area(room.x, room.y, room.w, room.h, "paper", radius=28)
    sheet.area(room.x, room.y, 28, room.h, "gold", radius=14)
    inner = room.inset(sizes.gap * 3, sizes.gap)
    sheet.text(
        text, inner.x, inner.y, inner.w, inner.h, size=sizes.title * 6 // 5, least=sizes.primary, on="paper",
        bold=True, middle=True, balanced=True, tag="h2",
    )  # fmt: skip
    return sheet
