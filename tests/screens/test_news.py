"""How the page hears of news, keeps the server's time, and comes back: its scripts on a device that a test makes up."""

import json
import subprocess
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

from playwright._impl._driver import compute_driver_executable

from backend.screens import assets

MINUTE = 60_000


def play(scenario: str) -> Any:
    """Run a scenario on a device of `device.js` and return what it returns."""
    node, _ = compute_driver_executable()
    asked = json.dumps({"folder": str(assets.FOLDER), "scenario": scenario})
    program = str(Path(__file__).with_name("device.js"))
    ended = subprocess.run([node, program], input=asked, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


# News.


def test_while_events_flow_nothing_is_asked_for() -> None:
    opened, asked, way, timers = play(
        "const d = device(); d.stream = d.flow(() => true); d.news.begin(false); d.pass(3600000);"
        "return [d.times('open'), d.times('ask'), d.news.way, d.timers()];"
    )

    assert (len(opened), asked, way) == (1, [], "events")
    assert timers < 6


def test_events_that_a_proxy_holds_back_are_replaced_by_asking_within_seconds() -> None:
    opened, asked, way = play(
        "const d = device(); d.answer = () => ({ status: 304 }); d.news.begin(false); d.pass(1200000);"
        "return [d.times('open'), d.times('ask'), d.news.way];"
    )

    pauses = [later - earlier for earlier, later in pairwise(asked)]
    assert way == "polling"
    assert asked[0] <= 5_000
    assert sorted(pauses)[-3] <= 5_100  # but for the change from one way to the other
    assert max(pauses) <= 7_100
    assert sum(pauses) / len(pauses) >= 2_000
    assert opened[1] - opened[0] <= 30_000  # the connection may have died; once more at once
    assert all(3 * MINUTE <= b - a <= 6 * MINUTE for a, b in pairwise(opened[1:]))
    assert len(opened) >= 4


def test_a_browser_without_events_asks_and_gets_a_whole_document_only_when_it_has_changed() -> None:
    opened, tags, documents = play(
        "const d = device('events');"
        "d.answer = (r) => r.headers['If-None-Match'] === '\"7\"' ? { status: 304 } :"
        " { status: 200, tag: '\"7\"', body: { now: 1 } };"
        "d.news.begin(false); d.pass(60000);"
        "return [d.times('open'), d.log.map((one) => one[2]), d.told.filter((one) => one[1] === 'document').length];"
    )

    assert (opened, documents) == ([], 1)
    assert tags[0] == '"-"'
    assert set(tags[1:]) == {'"7"'}
    assert 11 <= len(tags) <= 31


def test_a_preview_asks_seldom_and_opens_no_stream() -> None:
    opened, asked = play(
        "const d = device('previews'); d.answer = () => ({ status: 304 }); d.news.begin(false); d.pass(600000);"
        "return [d.times('open'), d.times('ask')];"
    )

    assert opened == []
    assert 28 <= len(asked) <= 80


def test_a_server_that_is_away_is_asked_ever_less_often_and_events_flow_again_when_it_is_back() -> None:
    away, back_at, way = play(
        "const d = device(); let up = true; d.stream = (s) => up ? d.flow(() => up)(s) : s.fail(0);"
        "d.answer = () => ({ status: up ? 304 : 0 }); d.news.begin(false); d.pass(60000);"
        "up = false; d.sources[0].fail(0); d.pass(1800000); const away = d.times('ask').length;"
        "up = true; const since = d.at; d.pass(60000);"
        "const back = d.told.filter((one) => one[0] >= since && one[1] === 'wall')[0][0] - since;"
        "return [away, back, d.news.way];"
    )

    assert 140 <= away <= 400  # in half an hour
    assert back_at <= 20_000
    assert way == "events"


def test_five_hundred_screens_do_not_come_back_to_a_restarted_server_at_once() -> None:
    times = play(
        "const times = []; for (let i = 0; i < 500; i += 1) {"
        " const d = device(); d.stream = d.flow(() => true); d.news.begin(false); d.pass(60000);"
        " d.sources[0].fail(0); d.pass(60000); times.push(d.times('open')[1] - 60000); } return times;"
    )

    most = Counter(time // 500 for time in times).most_common(1)[0][1]
    assert (min(times) >= 1_000, max(times) <= 4_000) == (True, True)
    assert most <= 500 * 0.25


def test_a_revoked_screen_hears_it_from_either_way_and_asks_no_more() -> None:
    ends = play(
        "const ends = []; for (const way of ['event', 'answer', 'refused']) {"
        " const d = device(); d.answer = () => ({ status: 404 });"
        " d.stream = (s) => way === 'event' ? s.tell('gone', {}) : way === 'refused' ? s.fail(2) : null;"
        " d.news.begin(way === 'answer'); d.pass(20000);"
        " const gone = d.told.filter((one) => one[1] === 'gone').length; const asked = d.log.length;"
        " d.news.ask(); d.pass(3600000); ends.push([gone, d.log.length - asked]); } return ends;"
    )

    assert ends == [[1, 0], [1, 0], [1, 0]]


def test_news_that_cannot_be_read_are_a_fault_and_stop_nothing() -> None:
    faults, walls = play(
        "const d = device(); d.stream = d.flow(() => true); d.news.begin(false); d.pass(1000);"
        "d.sources[0].takers.wall.call(d.sources[0], { data: '{' }); d.sources[0].tell('wall', { now: 5, order: [] });"
        "return ['fault', 'wall'].map((name) => d.told.filter((one) => one[1] === name).length);"
    )

    assert (faults, walls) == (1, 2)


def test_the_page_tells_every_minute_that_it_lives_under_one_name_of_its_own() -> None:
    beats = play(
        "const beats = []; for (let i = 0; i < 2; i += 1) { const d = device(); d.answer = () => ({ status: 204 });"
        " d.own.heart('/beat', d.own.timers(() => {}), () => ({ scene: 'idle' }), () => {}); d.pass(600000);"
        " beats.push(d.log.map((one) => JSON.parse(one[2]))); } return beats;"
    )

    names = [{beat["instance"] for beat in page} for page in beats]
    assert [9 <= len(page) <= 11 for page in beats] == [True, True]
    assert [len(name) for name in names] == [1, 1]
    assert names[0] != names[1]
    assert beats[0][0] | {"instance": ""} == {"scene": "idle", "instance": "", "width": 1920, "height": 1080}


# Time.


def test_messages_that_were_held_up_do_not_set_the_clock_back_but_make_it_doubtful() -> None:
    times = play(
        "const d = device(); const c = d.own.clock(); c.hear(1000000); d.pass(60000); const times = [c.now()];"
        "c.hear(1000000 + 60000 - 20000); times.push(c.now(), c.doubtful);"
        "c.hear(1000000 + 60000 - 3000, d.at); times.push(c.now(), c.doubtful); return times;"
    )

    assert times == [1_060_000, 1_060_000, True, 1_057_000, False]


def test_an_answer_tells_the_time_of_the_middle_of_its_way() -> None:
    assert play("const d = device(); const c = d.own.clock(); d.pass(400); c.hear(1000, 0); return c.now();") == 1200


def test_a_device_whose_clock_runs_fast_or_slow_stays_with_the_server_for_months() -> None:
    errors = play(
        "return [-200, 0, 200].map((ppm) => { const d = device(); const c = d.own.clock(); let worst = 0;"
        " for (let at = 0; at < 90 * 86400000; at += 10000) { d.at = at * (1 + ppm / 1e6);"
        "  c.hear(at - 40); worst = Math.max(worst, Math.abs(c.now() - at)); } return worst; });"
    )

    assert max(errors) <= 60


# The worker.

WORKER = (
    'const w = keeper(); const html = \'<html><body data-base="/screen"><script id="document" type="application/json">'
    '{"old":1}</script><script src="/screen/assets/aa/screen.js"></script></body></html>\';'
    "let status = 200; w.server = (path) => { if (!status) { throw new Error('away'); }"
    " return new Response(path === '/screen' ? html : path, { status: status }); };"
    "await w.tell({ page: '/screen', address: '/screen?lang=en', assets: 'aa',"
    " keep: ['/screen/assets/aa/screen.js', '/art/1/cover.svg'] });"
    "await w.tell({ page: '/screen', document: '{\"place\":\"</script>\"}' });"
)


def test_after_power_up_without_a_server_the_kept_page_comes_with_the_last_document() -> None:
    stored, page, picture, unknown = play(
        WORKER + "const stored = w.stored(); status = 0;"
        "return [stored, await w.get('/screen?lang=en', 'navigate'), await w.get('/art/1/cover.svg'),"
        " await w.get('/screens/other', 'navigate')];"
    )

    assert stored == ["/art/1/cover.svg", "/screen", "/screen/assets/aa/screen.js", "/screen/kept.json"]
    assert page[0] == 200
    assert '<body data-kept="1" data-base="/screen">' in page[1]
    assert '{"place":"\\u003c/script>"}</script><script src=' in page[1]
    assert picture == [200, "/art/1/cover.svg"]
    assert unknown == [0, ""]


def test_a_server_that_ails_or_takes_too_long_is_replaced_and_one_that_answers_is_not() -> None:
    ailing, slow, answering = play(
        WORKER + "status = 503; const ailing = await w.get('/screen', 'navigate');"
        "w.server = () => new Promise(() => {}); const waiting = w.get('/screen', 'navigate');"
        "w.timers.forEach((run) => run()); const slow = await waiting;"
        "w.server = () => new Response('new', { status: 200 });"
        "return [ailing, slow, await w.get('/screen', 'navigate')];"
    )

    assert [ailing[0], "data-kept" in ailing[1], "data-kept" in slow[1]] == [200, True, True]
    assert answering == [200, "new"]


def test_nothing_is_kept_of_a_screen_that_was_revoked() -> None:
    ends = play(
        "const ends = []; for (const way of ['told', 'answered']) {" + WORKER + "if (way === 'told') {"
        " await w.tell({ page: '/screen', wipe: true }); } else { status = 404; await w.get('/screen', 'navigate'); }"
        " status = 0; ends.push([w.stored(), await w.get('/screen', 'navigate')]); } return ends;"
    )

    for stored, page in ends:
        assert "/screen" not in stored
        assert "/screen/kept.json" not in stored
        assert page == [0, ""]


def test_a_new_edition_replaces_the_old_one_and_the_news_are_left_to_the_browser() -> None:
    stored, asked, others = play(
        WORKER + "await w.tell({ page: '/screen', address: '/screen', assets: 'bb',"
        " keep: ['/screen/assets/bb/screen.js'] });"
        "return [w.stored(), w.asked, [await w.get('/screen/document.json'), await w.get('/screen/events'),"
        " await w.get('/graphql', 'navigate')]];"
    )

    assert stored == ["/screen", "/screen/assets/bb/screen.js", "/screen/kept.json"]
    assert asked.count("/screen?lang=en") == 1
    assert others == [None, None, None]
