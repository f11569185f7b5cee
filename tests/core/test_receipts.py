"""What was stored by earlier releases is known again: by hashes that their code computed, written down here."""

from datetime import date
from typing import Any

import pytest
from sqlmodel import select

from backend.complaints.tables import ComplaintReceipt
from backend.core.receipts import Order, Receipt
from backend.messages.tables import PermitReport
from backend.planning.tables import PlanningReceipt
from backend.reports.tables import CaseReceipt
from backend.review.reasons import Reason
from backend.review.requests import Item, Request, Verdict
from tests.api.asking import joined
from tests.cast import World

ID = "request-1"
JUNE = (date(2026, 6, 22), date(2026, 6, 28))


@pytest.mark.parametrize(
    ("verb", "content", "stored"),
    [
        ("x", None, "eda9a0a00485d3b7b76658a812ad1b8f038312dbb1998bea31eb5226f9340d1a"),
        (
            "hand over",
            [{"device": "dev_1", "grams": 1200, "reason": None}],
            "83f59df62fbdddf2b66e4d1b7e55347238807c1137e6f01d73e6da215f40f299",
        ),
        (
            "redeem",
            {"reward": "rwd_1", "points": 50},
            "3720708024cb17bc41bba21c73bd41f8065ef8341e7bf1cc0eb089916c6686e8",
        ),
        (
            "adjust",
            {"reason": "补记一天", "day": JUNE[0], "points": -5},
            "f11fe08432b10326fbaad4f395026b15876a42132ed52f37f9223cfd397f660d",
        ),
        (
            "open",
            ("plastic-free", 3, "one_for_each", *JUNE, 7, 7, None),
            "44ddcc96f48a6c1fc359b996067cb81f6ead2e463652bfb9a09bf6c20ea92475",
        ),
        (
            "file",
            ("complaint", "食堂没有分类桶", None, False, True),
            "37bcda8fe227e130934626870ec719391e718d64187a1cde4152022e5ebebe5e",
        ),
        (
            None,
            ("cmp_1", "骑车上班", "一年了", "name", True, None),
            "b6e74cd912afc5fd968ba00ca94991c5072bb88183b17fd077d52f0c46f1e760",
        ),
        (None, ("withdraw", "cas_1"), "e6aef3a9737cb8708739e3a34f3de246505d8988b7996d8ba18f0ba5d98c7c49"),
        (
            None,
            ({"template_id": "tpl-a", "said": "accept"}, {"template_id": "tpl-b", "said": "reject"}),
            "19a27692a80ccdc47c273aee52f99d9f219327d81e82522f923311a36c7f7c78",
        ),
    ],
    ids=[
        "no content",
        "custody",
        "rewards",
        "amendments",
        "planning",
        "complaints",
        "an offered case",
        "a withdrawn case",
        "messages",
    ],
)
def test_an_order_has_the_hash_that_its_slice_has_always_stored(verb: str | None, content: Any, stored: str) -> None:
    assert Order(7, ID, verb, content).content_hash == stored


def test_a_request_to_review_has_the_hash_that_it_always_had() -> None:
    items = (Item("rvw_1", Verdict.REFUSE, Reason.UNRELATED, "看不清"), Item("rvw_2", Verdict.APPROVE))

    stored = "24b6aafd6f3f93da03167a73a1db2f9fa8e0edacc096e3b16d32827bcf941220"
    assert Request(7, ID, items).content_hash == stored


async def test_what_clients_send_is_stored_under_the_hash_that_it_always_had(world: World) -> None:
    lin, sun = await world.sign_in("Lin"), await world.sign_in("Sun")
    campaign = await world.open_campaign("green-office")
    await joined(world, "Lin", campaign)
    told = {"title": "不坐电梯", "text": "每天走楼梯上七楼，一个月没有坐过电梯，同科室的三位同事也加入进来。"}
    case = {"campaignId": campaign, **told, "name": "ANONYMOUS", "consents": True}
    days = {"startsOn": str(JUNE[0]), "endsOn": str(JUNE[1])}
    plan = {"theme": "plastic-free", "institutionId": world.institution_id("D"), "scope": "ONE_FOR_EACH", **days}
    sent: list[tuple[Any, str, dict[str, Any]]] = [
        (lin, "FileComplaint", {"kind": "COMPLAINT", "text": "食堂的扫码牌贴得太高，够不着"}),
        (lin, "ReportSubscriptions", {"results": [{"templateId": "tpl-a", "said": "accept"}]}),
        (lin, "OfferCase", case),
        (sun, "OpenCampaigns", plan),
    ]

    answers = [await person.run(document, input={"requestId": ID, **what}) for person, document, what in sent]

    tables: tuple[type[Receipt], ...] = (ComplaintReceipt, PermitReport, CaseReceipt, PlanningReceipt)
    async with world.parts.database.read() as session:
        kept = [(await session.exec(select(table))).one() for table in tables]
    assert {one.get("replayed") for one in answers} == {False}
    assert [one.content_hash for one in kept] == [
        "474d1e9690445c73bcd235822e8e4249805a3347f6c1d483a5fd68cce5cb5285",
        "68716d505315cdfd1bf186d8407a096d639000bb15a0cdbe41602702bf232426",
        "b032891a66b7f8ea2c88cc9da2aff8d9def86396ead2c86e86def6c1387eaa10",
        "e65502002a4581fcd2ee128a5c53c4eb08baf84f4ad48315fee5c3942a8af886",
    ]
