"""What every slice's GraphQL face shares: context, scalars, problems as types, helpers for signed-in fields."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, NewType, TypeVar

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.types import Info as StrawberryInfo

from backend.core import errors
from backend.core.clock import Clock
from backend.core.db import Database
from backend.core.text import Locale, Text

T = TypeVar("T")

# The arguments that many fields take, each described once.
Asked = Annotated[T, strawberry.argument(description="What is asked for.")]
OfCampaign = Annotated[strawberry.ID, strawberry.argument(description="Which campaign.")]
OfInstitution = Annotated[strawberry.ID, strawberry.argument(description="Which institution.")]
After = Annotated[
    strawberry.ID | None, strawberry.argument(description="Where the last page ended; null: begin with the newest.")
]

LARGEST = 2**53 - 1


class Services:
    """What the application built, by its class: `services.use(Recorder)`."""

    def __init__(self, *built: object) -> None:
        self._built = {type(one): one for one in built}

    def use(self, kind: type[T]) -> T:
        """Return the one object of that class."""
        found = self._built[kind]
        assert isinstance(found, kind)
        return found


@dataclass
class Context:
    """What a resolver knows of its request."""

    services: Services
    database: Database
    clock: Clock
    locale: Locale
    token: str | None

    @property
    def now(self) -> datetime:
        """The present instant."""
        return self.clock.now()

    def use(self, kind: type[T]) -> T:
        """Return the application's object of that class."""
        return self.services.use(kind)

    def say(self, text: Text, **fields: object) -> str:
        """Return a sentence in the caller's language."""
        return text.in_(self.locale, **fields)


Info = StrawberryInfo[Context, None]


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LARGEST:
        message = f"a Long is a whole number within ±(2^53 − 1), not {str(value)[:40]}"
        raise ValueError(message)
    return value


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        message = "act details are an object"
        raise ValueError(message)  # noqa: TRY004 - the GraphQL library reports ValueError to the client
    return value


Long = NewType("Long", int)
ActDetails = NewType("ActDetails", dict)  # type: ignore[type-arg]

SCALARS: dict[object, Any] = {
    Long: strawberry.scalar(
        name="Long",
        description="A whole number within ±(2^53 − 1), which every client's numbers hold exactly.",
        serialize=_whole,
        parse_value=_whole,
    ),
    ActDetails: strawberry.scalar(
        name="ActDetails",
        description="An object whose fields depend on the kind of check-in; `kinds` gives each kind's JSON Schema.",
        serialize=_object,
        parse_value=_object,
    ),
}


@strawberry.interface(name="Problem", description="Something expected that the caller can act on.")
class ProblemFace:
    """Every problem's face."""

    message: str = strawberry.field(description="What is wrong, fit to show, in the caller's language.")


FACES: dict[type[errors.Problem], type[ProblemFace]] = {}


def face_of(problem: type[errors.Problem]) -> Callable[[type[T]], type[T]]:
    """Make a Strawberry type the face of a problem; it has the problem's name and docstring."""

    def decorate(face: type[T]) -> type[T]:
        made: Any = strawberry.type(face, name=problem.__name__, description=(problem.__doc__ or "").strip())
        FACES[problem] = made
        return made  # type: ignore[no-any-return]

    return decorate


def faced(problem: errors.Problem, locale: Locale) -> ProblemFace:
    """Return the face of a problem that was raised, with those of its fields that the face has."""
    face: Any = FACES[type(problem)]
    names = {one.python_name for one in face.__strawberry_definition__.fields} - {"message"}
    return face(message=problem.text(locale), **{name: problem.fields[name] for name in names})  # type: ignore[no-any-return]


class AnswersProblems(FieldExtension):
    """Turns a problem that the resolver raised (its transaction is rolled back by then) into its face."""

    async def resolve_async(
        self, next_: Callable[..., Awaitable[Any]], source: Any, info: StrawberryInfo, **kwargs: Any
    ) -> Any:
        """Resolve, and answer a problem with its face."""
        try:
            return await next_(source, info, **kwargs)
        except errors.Problem as problem:
            if type(problem) not in FACES:
                raise
            return faced(problem, info.context.locale)


@face_of(errors.NotFound)
class NotFound(ProblemFace):
    pass


@face_of(errors.InvalidValue)
class InvalidValue(ProblemFace):
    """One value of the input cannot be accepted."""

    field: str = strawberry.field(description="Which value.")


@face_of(errors.RequestReused)
class RequestReused(ProblemFace):
    pass


@face_of(errors.RequestIdInvalid)
class RequestIdInvalid(ProblemFace):
    pass


@face_of(errors.BatchTooLarge)
class BatchTooLarge(ProblemFace):
    pass


@strawberry.type
class Answered:
    """What the answer to a request that may be repeated begins with."""

    request_id: str = strawberry.field(description="The request's id.")
    replayed: bool = strawberry.field(description="Whether the answer had been given before.")


@strawberry.type(description="An amount of avoided carbon: an estimate, never a certified reduction.")
class Carbon:
    """Avoided carbon in the forms that screens show."""

    milligrams: Long = strawberry.field(description="Whole milligrams CO2e, the exact amount.")
    grams: str = strawberry.field(description="Grams CO2e as decimal text, exact.")
    label: str = strawberry.field(description="Ready to show, with its unit, as in '1.2 kg'.")


def carbon(milligrams: int) -> Carbon:
    """Return an amount of avoided carbon (whole milligrams CO2e) as clients see it."""
    sign, amount = ("-" if milligrams < 0 else ""), abs(milligrams)
    grams = f"{sign}{amount // 1000}.{amount % 1000:03d}".rstrip("0").rstrip(".")
    tenths_kg = (amount + 50_000) // 100_000
    label = f"{sign}{tenths_kg // 10}.{tenths_kg % 10} kg" if amount >= 1_000_000 else f"{grams} g"  # noqa: PLR2004
    return Carbon(milligrams=Long(milligrams), grams=grams, label=label)
