"""GraphQL for canteens: record what a meal left over, and read the log."""

from datetime import date, timedelta
from enum import Enum
from typing import Annotated

import strawberry

from backend.core.api import (
    Answered,
    AnswersProblems,
    Asked,
    Context,
    Info,
    InvalidValue,
    OfInstitution,
    RequestIdInvalid,
    RequestReused,
)
from backend.core.errors import InvalidValue as InvalidValueProblem
from backend.core.text import Text
from backend.identity import api as identity_api
from backend.identity import sessions
from backend.identity.roles import CATERERS
from backend.meals import queries, service
from backend.meals.service import Weighing
from backend.settings import Settings

MOST_DAYS = 92  # a quarter, as the office evaluates itself

From = Annotated[date, strawberry.argument(name="from", description="The first day.")]
Until = Annotated[date, strawberry.argument(description=f"The last day, included: at most {MOST_DAYS} days in all.")]


@strawberry.enum(description="A meal of the day.")
class Meal(Enum):
    BREAKFAST = "breakfast"
    LUNCH = "lunch"
    DINNER = "dinner"


@strawberry.type(description="What a meal left over; of persons it says nothing.")
class MealWaste:
    day: date = strawberry.field(description="The day.")
    meal: Meal = strawberry.field(description="The meal.")
    diners: int = strawberry.field(description="How many ate.")
    waste_grams: int = strawberry.field(description="What was left over, in grams.")
    grams_per_diner: int | None = strawberry.field(
        description="Whole grams per head; null where so few ate that it would be somebody's own plate."
    )
    corrected: bool = strawberry.field(description="Whether it replaced an earlier record of the meal.")


@strawberry.type(description="A meal as it stands in the log from now on.")
class MealWasteRecorded(Answered):
    day: date = strawberry.field(description="The day.")
    meal: Meal = strawberry.field(description="The meal.")
    diners: int = strawberry.field(description="How many ate.")
    waste_grams: int = strawberry.field(description="What was left over, in grams.")
    grams_per_diner: int | None = strawberry.field(description="Whole grams per head; null where very few ate.")
    replaced: bool = strawberry.field(description="Whether the meal had been recorded before: this one counts.")


RecordMealWasteResult = Annotated[
    MealWasteRecorded | InvalidValue | RequestIdInvalid | RequestReused,
    strawberry.union("RecordMealWasteResult", description="The meal, or why it was not recorded."),
]


@strawberry.input(description="What was weighed after a meal.")
class RecordMealWasteInput:
    request_id: str = strawberry.field(
        description="8 to 64 letters, digits, '-' or '_'; keep it for every retry, make another for a correction."
    )
    institution_id: strawberry.ID = strawberry.field(description="The canteen's institution.")
    day: date = strawberry.field(description=f"Today, or one of the {service.DAYS_BACK} days before.")
    meal: Meal = strawberry.field(description="The meal, which has begun.")
    diners: int = strawberry.field(description=f"How many ate: 1 to {service.MOST_DINERS}.")
    waste_kilograms: str = strawberry.field(
        description="What was left over in kilograms, as decimal text with at most two decimals, as in '12.5'."
    )


def _check_days(first: date, last: date) -> None:
    if last < first:
        reason = Text("结束日期早于开始日期", "the last day is before the first")
        raise InvalidValueProblem(field="until", reason=reason)
    if last - first >= timedelta(days=MOST_DAYS):
        reason = Text(f"一次最多查看 {MOST_DAYS} 天", f"at most {MOST_DAYS} days are asked for at once")
        raise InvalidValueProblem(field="until", reason=reason)


def _face(waste: queries.MealWaste, context: Context) -> MealWaste:
    return MealWaste(
        day=waste.day,
        meal=Meal(waste.meal),
        diners=waste.diners,
        waste_grams=waste.waste_grams,
        grams_per_diner=waste.grams_per_diner(context.use(Settings).suppression_threshold),
        corrected=waste.corrected,
    )


@strawberry.type
class MealsQuery:
    @strawberry.field(description="What an institution's meals left over, by day (its managers, its canteen).")
    async def meal_wastes(
        self, info: Info, institution_id: OfInstitution, first: From, until: Until
    ) -> list[MealWaste]:
        context = info.context
        async with context.database.read() as session:
            place = await identity_api.managed_institution(context, session, institution_id, CATERERS)
            _check_days(first, until)
            found = await queries.between(session, place.id or 0, first, until)
        return [_face(one, context) for one in found]


@strawberry.type
class MealsMutation:
    @strawberry.mutation(
        description="Record what a meal left over; once more corrects it (the institution's managers, its canteen).",
        extensions=[AnswersProblems()],
    )
    async def record_meal_waste(self, info: Info, input: Asked[RecordMealWasteInput]) -> RecordMealWasteResult:  # noqa: A002
        context = info.context
        async with context.database.write() as session:
            place = await identity_api.managed_institution(context, session, input.institution_id, CATERERS)
            grams = service.grams_of(input.waste_kilograms)
            made = await service.record(
                session,
                Weighing(place.id or 0, input.day, input.meal.value, input.diners, grams),
                by_member=await sessions.member_id(context, session),
                request_id=input.request_id,
                now=context.now,
            )
        waste = _face(made.waste, context)
        return MealWasteRecorded(
            request_id=input.request_id,
            replayed=made.replayed,
            day=waste.day,
            meal=waste.meal,
            diners=waste.diners,
            waste_grams=waste.waste_grams,
            grams_per_diner=waste.grams_per_diner,
            replaced=waste.corrected,
        )
