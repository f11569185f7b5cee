"""GraphQL: send steps, see one's own, have them deleted."""

from datetime import date
from typing import Annotated

import strawberry

from backend.checkins import api as checkins_api
from backend.checkins.requests import Accepted
from backend.core.api import (
    Answered,
    AnswersProblems,
    Asked,
    Context,
    Info,
    InvalidValue,
    Long,
    ProblemFace,
    RequestIdInvalid,
    RequestReused,
    faced,
)
from backend.core.errors import InvalidValue as InvalidValueProblem
from backend.core.errors import Problem
from backend.core.receipts import check_request
from backend.core.text import Text
from backend.core.vault import Vault
from backend.identity import faces as identity_faces
from backend.identity import sessions
from backend.identity.errors import NotOnRoster
from backend.settings import Settings
from backend.steps import faces, queries, service, werun
from backend.steps.answers import Answer, Day, Sealed
from backend.steps.service import Sender

# Thirty-one days are 2,200 characters; what is longer is not even decrypted.
MOST_CHARACTERS = 16_384
IV_CHARACTERS = 24  # 16 bytes in Base64


@strawberry.type(description="The caller's steps of one day.")
class StepDay:
    day: date = strawberry.field(description="The date in Beijing.")
    steps: int = strawberry.field(description="The largest count that was sent for the day.")
    points: Long = strawberry.field(description="What they earn; 0 while they do not count.")
    check_in: checkins_api.CheckIn | None = strawberry.field(description="The act that they count by; null: none.")


@strawberry.type(description="One day's steps as they were sent.")
class SubmittedStepDay(StepDay):
    not_counted_because: ProblemFace | None = strawberry.field(
        description="Why they earn nothing, as a trip on the same day; null: they count."
    )


@strawberry.type(description="The steps were taken.")
class StepsSubmitted(Answered):
    earned: Long = strawberry.field(description="Points that this request added, over all days.")
    days: list[SubmittedStepDay] = strawberry.field(
        description="Each day that was sent, newest first, at most 31; empty in the repeat of one that was deleted."
    )


@strawberry.type(description="Every step count of the caller is deleted; points that were earned stay.")
class StepsForgotten:
    days: int = strawberry.field(description="Of how many days there were counts.")


SubmitStepsResult = Annotated[
    StepsSubmitted
    | faces.SessionKeyStale
    | faces.OpenDataRefused
    | faces.StepsInvalid
    | InvalidValue
    | RequestReused
    | RequestIdInvalid
    | identity_faces.NotOnRoster,
    strawberry.union("SubmitStepsResult", description="How each day stands, or why nothing was taken."),
]


@strawberry.input(description="What `wx.getWeRunData` gave, passed on unopened.")
class SubmitStepsInput:
    request_id: str = strawberry.field(
        description="8 to 64 letters, digits, '-' or '_'; keep it, and the same data, for every retry."
    )
    encrypted_data: str = strawberry.field(description="`encryptedData`, at most 16,384 characters.")
    iv: str = strawberry.field(description="`iv`, of the same call.")


def _sealed(asked: SubmitStepsInput) -> Sealed:
    check_request(asked.request_id)
    for name, given, most in (
        ("encryptedData", asked.encrypted_data, MOST_CHARACTERS),
        ("iv", asked.iv, IV_CHARACTERS),
    ):
        if len(given) > most:
            reason = Text(f"最多 {most} 个字符", f"it has at most {most} characters")
            raise InvalidValueProblem(field=name, reason=reason)
    return Sealed(asked.request_id, asked.encrypted_data, asked.iv)


def _submitted(one: Day, context: Context) -> SubmittedStepDay:
    act = one.outcome if isinstance(one.outcome, Accepted) else None
    return SubmittedStepDay(
        day=one.day,
        steps=one.steps,
        points=Long(act.points if act else 0),
        check_in=checkins_api.accepted(act, context).check_in if act else None,
        not_counted_because=faced(one.outcome, context.locale) if isinstance(one.outcome, Problem) else None,
    )


def _answered(answer: Answer, context: Context) -> StepsSubmitted:
    return StepsSubmitted(
        request_id=answer.request_id,
        replayed=answer.replayed,
        earned=Long(answer.earned),
        days=[_submitted(one, context) for one in answer.days],
    )


@strawberry.type
class StepsViewer:
    @strawberry.field(description="The caller's own steps of the last 31 days, newest first; nobody else reads them.")
    async def steps(self, info: Info) -> list[StepDay]:
        context = info.context
        member_id, since = await sessions.member_id(context), werun.first_day(context.now)
        async with context.database.read() as session:
            rows = await queries.days(session, member_id, since)
            acts = await queries.acts(session, member_id, since)
        return [
            StepDay(
                day=row.day,
                steps=row.steps,
                points=Long(acts[row.day].points if row.day in acts else 0),
                check_in=checkins_api.accepted(acts[row.day], context).check_in if row.day in acts else None,
            )
            for row in rows
        ]


@strawberry.type
class StepsMutation:
    @strawberry.mutation(
        description="Send the steps that WeChat counted: a small bonus, never required. A trip of the same day counts"
        " instead. On SessionKeyStale, sign in again and send data of a new call.",
        extensions=[AnswersProblems()],
    )
    async def submit_steps(self, info: Info, input: Asked[SubmitStepsInput]) -> SubmitStepsResult:  # noqa: A002
        context, sealed = info.context, _sealed(input)
        found = await sessions.caller(context)
        if found.member_id is None:
            raise NotOnRoster
        async with context.database.write() as session:
            answer = await service.submit(
                session,
                context.use(Vault),
                app_id=context.use(Settings).wechat_app_id,
                sender=Sender(found.member_id, found.login_id),
                sealed=sealed,
                now=context.now,
            )
        return _answered(answer, context)

    @strawberry.mutation(description="Delete every step count of the caller; the points that were earned stay.")
    async def forget_steps(self, info: Info) -> StepsForgotten:
        member_id = await sessions.member_id_if_bound(info.context)
        if member_id is None:
            return StepsForgotten(days=0)
        async with info.context.database.write() as session:
            return StepsForgotten(days=await service.forget(session, member_id))
