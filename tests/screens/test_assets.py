"""The files of the screens' page: how large, how long they are kept, and how a document comes into the page."""

import gzip
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
from starlette.applications import Starlette

from backend.screens.assets import FOLDER, SAFE, SCRIPTS, Assets, assets, colours
from backend.screens.inks import INKS, contrast
from backend.screens.shapes import SHAPES
from backend.screens.sheet import Sheet

FIRST_VIEW = 150_000  # bytes, compressed, without fonts


@pytest_asyncio.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """Ask the routes of the files alone."""
    transport = httpx.ASGITransport(Starlette(routes=assets().routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://screens") as asking:
        yield asking


def large_document() -> bytes:
    """Write a document of fourteen scenes with sixty rows each, more than any canteen shows."""
    sheet = Sheet(SHAPES["landscape"])
    for row in range(60):
        name = f"第{row}处 {'与'.join('财务信息节能后勤'[: row % 9])} {row * 7919}"
        sheet.area(40, row * 15, 900, 90, "bar", row=f"department-{row}")
        sheet.text(name, 160, row * 15, 700, 90, size=70, least=57, row=f"department-{row}")
        sheet.text(
            f"{row * 104729 % 9973}", 900, row * 15, 300, 90, size=70, least=57, row=f"department-{row}", bold=True
        )
    boxes = [box.told() for box in sheet.boxes]
    scenes = [{"key": f"scene-{n}", "title": "部门", "version": str(n), "sheets": [boxes]} for n in range(14)]
    wall = {"version": "1", "shape": "landscape", "locale": "zh-CN", "frame": boxes[:9], "scenes": scenes}
    return json.dumps({"now": 1, "screen": {"items": []}, "wall": wall}, ensure_ascii=False).encode()


def test_the_first_view_is_small_even_with_a_large_document() -> None:
    page = assets().page(large_document(), "/screen", "zh-CN", "一层食堂")

    sizes = {name: len(file.packed) for name, file in assets().files.items()}
    sizes["page"] = len(gzip.compress(page.encode(), 6))

    assert sum(sizes.values()) < FIRST_VIEW, sizes
    assert sizes["screen.js"] + sizes["screen.css"] < 20_000, sizes


def test_every_script_of_the_folder_is_served_once_in_order_and_the_worker_apart() -> None:
    there = {path.name for path in FOLDER.glob("*.js")}

    assert there == {*SCRIPTS, "worker.js", "pairing.js"}
    assert len(set(SCRIPTS)) == len(SCRIPTS)
    assert SCRIPTS[0] == "turns.js"


def test_no_script_of_the_page_is_too_long_to_read() -> None:
    long = {path.name: len(path.read_text("utf-8").splitlines()) for path in FOLDER.iterdir()}

    assert {name: lines for name, lines in long.items() if lines > 300} == {}


async def test_a_file_is_kept_for_ever_under_its_own_hash_and_not_at_all_under_another(
    client: httpx.AsyncClient,
) -> None:
    ours = await client.get(f"/screen/assets/{assets().hash}/screen.js")
    other = await client.get("/screen/assets/0123456789abcdef/screen.js")
    unknown = await client.get(f"/screen/assets/{assets().hash}/page.html")
    above = await client.get(f"/screen/assets/{assets().hash}/..%2finks.py")

    assert "immutable" in ours.headers["cache-control"]
    assert (other.headers["cache-control"], other.content) == ("no-store", ours.content)
    assert ours.headers["content-type"] == "text/javascript; charset=utf-8"
    assert [one.status_code for one in (unknown, above)] == [404, 404]


@pytest.mark.parametrize("path", [f"/screen/assets/{Assets().hash}/screen.css", "/screen/worker.js"])
async def test_a_file_is_sent_compressed_to_who_takes_it_so(client: httpx.AsyncClient, path: str) -> None:
    packed = await client.get(path, headers={"accept-encoding": "gzip, deflate"})
    plain = await client.get(path, headers={"accept-encoding": "identity"})

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"])
    assert packed.headers["vary"] == "accept-encoding"


async def test_the_worker_may_look_after_every_page_of_a_screen(client: httpx.AsyncClient) -> None:
    answer = await client.get("/screen/worker.js")

    assert answer.headers["service-worker-allowed"] == "/screen"
    assert answer.headers["cache-control"] == "no-cache"


def test_the_hash_changes_with_what_devices_get(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in FOLDER.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr("backend.screens.assets.FOLDER", tmp_path)
    same = Assets().hash
    hashes = {same}
    for name in ("screen.css", "news.js", "page.html"):
        (tmp_path / name).write_text((tmp_path / name).read_text("utf-8") + "\n", "utf-8")
        hashes.add(Assets().hash)

    assert same == assets().hash
    assert len(hashes) == 4


def test_a_document_cannot_leave_the_element_that_it_is_written_in() -> None:
    place = "</script><script>alert(1)</script><!--<b>&amp;\u2028\u2029 \"'"
    document = json.dumps({"screen": {"place": place}}, ensure_ascii=False).encode()

    page = assets().page(document, '/screens/a"b<c', "en", "<title> & \"'")

    written = re.search(r'<script id="document" type="application/json">(.*)</script>\n<noscript>', page)
    assert written
    assert not re.search("[<>&\u2028\u2029]", written[1])
    assert json.loads(written[1])["screen"]["place"] == place
    assert page.count("<script") == 2
    assert 'data-base="/screens/a&#34;b&lt;c"' in page
    assert "<title>&lt;title&gt; &amp; &#34;&#39;</title>" in page


def test_the_page_has_its_language_and_only_a_preview_says_that_it_is_one() -> None:
    pages = [assets().page(b"{}", "/screen", locale, "x") for locale in ("zh-CN", "en")]
    preview = assets().page(b"{}", "/screen-preview", "en", "x", is_preview=True)

    assert ['<html lang="zh-CN">' in pages[0], '<html lang="en">' in pages[1]] == [True, True]
    assert ["data-preview" in page for page in (*pages, preview)] == [False, False, True]


def test_nothing_is_written_into_the_page_that_its_headers_would_not_let_run() -> None:
    page = assets().page(b"{}", "/screen", "en", "x")
    policy = SAFE["content-security-policy"]

    assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:", page)
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"https?://", page)


def test_no_script_turns_text_into_markup_or_code() -> None:
    scripts = "".join(path.read_text("utf-8") for path in FOLDER.glob("*.js"))

    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|Function\(", scripts)


def test_every_ink_is_a_class_for_letters_and_one_for_areas() -> None:
    style = colours()

    for name, colour in INKS.items():
        assert f"--{name}:{colour};" in style
        assert f".c-{name}{{color:{colour}}}" in style
        assert f".g-{name}{{background-color:{colour}}}" in style
    used = set(re.findall(r"var\(--(\w+)\)", (FOLDER / "screen.css").read_text("utf-8")))
    assert used - INKS.keys() == set()


def test_what_the_page_says_itself_can_be_read() -> None:
    assert contrast("warning", "notice") >= 4.5
    assert contrast("ink", "ground") >= 4.5
    assert contrast("ink", "moved") >= 4.5
