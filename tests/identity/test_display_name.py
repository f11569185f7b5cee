"""What a member may be called on boards."""

from tests.api.asking import answered, nothing_written
from tests.cast import World

UNSHOWABLE = ("控制字符或叠加符号", "control or stacked characters")
REFUSED = {
    "": ("不能为空", "it is empty"),
    "  　 ": ("不能为空", "it is empty"),
    "十三个字的昵称太长了一点点": ("最多 12 个字符", "more than 12 characters"),
    "😀" * 200: ("最多 12 个字符", "more than 12 characters"),
    "长" * 300_000: ("最多 12 个字符", "more than 12 characters"),
    "小\u0000满": UNSHOWABLE,
    "小\n满": UNSHOWABLE,
    "小\u001b[31m": UNSHOWABLE,
    "\u202e满小": UNSHOWABLE,
    "小\u200b满": UNSHOWABLE,
    "\u2066小满\u2069": UNSHOWABLE,
    "Z\u0351\u036b\u0343\u036a": UNSHOWABLE,
    "小\ue000": UNSHOWABLE,
    "👨\u200d👩\u200d👧": UNSHOWABLE,
}
KEPT = {
    "小满": "小满",
    "  小满 ": "小满",
    "🌱🌱🌱": "🌱🌱🌱",
    "𠮷·买买提": "𠮷·买买提",
    "Cafe\u0301": "Caf\u00e9",
    "<b>小满</b>": "<b>小满</b>",
    "十二个字的昵称刚好放得下": "十二个字的昵称刚好放得下",
    "مريم": "مريم",
}


async def test_a_name_that_a_board_cannot_show_is_refused_with_its_reason(world: World) -> None:
    lin = await world.sign_in("Lin")

    async with nothing_written(world):
        for name, (zh, en) in REFUSED.items():
            await answered(lin, "SetDisplayName", "DisplayNameInvalid", zh=zh, en=en, input={"displayName": name})


async def test_a_name_is_kept_cleaned_and_null_goes_back_to_the_masked_one(world: World) -> None:
    lin = await world.sign_in("Lin")

    for name, kept in KEPT.items():
        answer = await lin.run("SetDisplayName", input={"displayName": name})
        assert answer["member"]["displayName"] == kept
    assert (await lin.run("Home"))["member"]["displayName"] == "مريم"

    answer = await lin.run("SetDisplayName", input={"displayName": None})
    assert answer["member"]["displayName"] is None
    assert answer["member"]["maskedName"] == "林**"


async def test_what_is_no_text_is_a_bad_request(world: World) -> None:
    lin = await world.sign_in("Lin")
    request = (await lin.send("SetDisplayName", {"input": {"displayName": "PLACE"}})).request

    async with nothing_written(world):
        for broken in (b'"\\ud83d"', b"42", b"[]", b'{"a": 1}'):
            body, headers = request.content.replace(b'"PLACE"', broken), dict(request.headers)
            del headers["content-length"]
            response = await lin.client.post("/graphql", content=body, headers=headers)
            assert response.status_code in (200, 400)
            assert response.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
