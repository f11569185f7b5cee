"""What televisions of 2018 cannot read is refused by `make check`, and what they can is not."""

import subprocess
import sys
from pathlib import Path

import pytest

from backend.core import paths
from backend.screens.assets import colours
from tools.old_browsers import FLOOR, every_problem, page_problems, script_problems, style_problems

ROOT = paths.folder("campaigns").parent
YOUNG_SCRIPTS = [
    ("const a = 1;", "not ES5"),
    ("let a = 1;", "not ES5"),
    ("var f = () => 1;", "not ES5"),
    ("var a = `x`;", "not ES5"),
    ("class A {}", "not ES5"),
    ("async function f() {}", "not ES5"),
    ("var a = {}; a?.b;", "not ES5"),
    ("function f(a = 1) {}", "not ES5"),
    ("var a = {}; var b = { ...a };", "not ES5"),
    ("for (var a of []) {}", "not ES5"),
    ("try { f(); } catch { }", "not ES5"),
    ("import a from 'b';", "not ES5"),
    ("fetch('x');", "fetch came with Chromium 42"),
    ("window.fetch('x');", "fetch came with Chromium 42"),
    ("window['fetch']('x');", "fetch came with Chromium 42"),
    ("if (window.Promise) {}", "Promise came with Chromium 33"),
    ("Object.assign({}, {});", "assign came with Chromium 45"),
    ("'x'.padStart(2);", "padStart came with Chromium 57"),
    ("[1].includes(1);", "includes came with Chromium 41"),
    ("document.body.classList.replace('a', 'b');", "classList.replace came with Chromium 61"),
    ("/(?<=a)b/.test('b');", "regular expression"),
    ("/a/u.test('b');", "regular expression"),
    ("unknown(1);", "unknown is neither declared here nor listed"),
]
YOUNG_STYLES = [
    (".a { display: grid }", "display: grid came with Chromium 57"),
    (".a { gap: 1em }", "gap came with Chromium 84"),
    (".a { inset: 0 }", "inset came with Chromium 87"),
    (".a { aspect-ratio: 1 }", "aspect-ratio came with Chromium 88"),
    (".a { position: sticky }", "position: sticky came with Chromium 56"),
    (".a { width: min(1px, 2em) }", "min came with Chromium 79"),
    (".a { width: calc(1px + clamp(1px, 2px, 3px)) }", "clamp came with Chromium 79"),
    (".a:is(.b) { color: red }", ":is came with Chromium 88"),
    (".a:focus-visible { color: red }", ":focus-visible came with Chromium 86"),
    (".a { color: #12345678 }", "a colour with its opacity, came with Chromium 62"),
    (".a { color: rgb(0 0 0 / 50%) }", "rgb() without commas came with Chromium 65"),
    (".a { height: 100dvh }", "the unit dvh is not listed"),
    (".a { .b { color: red } }", "rules within rules came with Chromium 112"),
    ("@layer a { .b { color: red } }", "@layer came with Chromium 99"),
    ("@media (min-width: 1px) { .a { gap: 1px } }", "gap came with Chromium 84"),
    (".a { colour: red }", "colour is not listed"),
]


def test_nothing_that_screens_show_is_too_young_for_the_televisions_of_2018() -> None:
    assert every_problem() == []
    assert style_problems(colours()) == []


@pytest.mark.parametrize(("script", "said"), YOUNG_SCRIPTS, ids=[script for script, _ in YOUNG_SCRIPTS])
def test_a_script_that_is_too_young_is_refused_with_what_is_young_about_it(script: str, said: str) -> None:
    problems = script_problems(script)

    assert any(said in one for one in problems), problems


@pytest.mark.parametrize(("style", "said"), YOUNG_STYLES, ids=[style for style, _ in YOUNG_STYLES])
def test_a_style_that_is_too_young_is_refused_with_what_is_young_about_it(style: str, said: str) -> None:
    problems = style_problems(f".first {{ color: red }}\n{style}")

    assert any(one.startswith("2: ") and said in one for one in problems), problems


def test_a_worker_may_use_what_chromium_53_has_and_nothing_more() -> None:
    assert script_problems("self.fetch('x').then(function (a) { return new Promise(a); });", FLOOR) == []
    assert script_problems("Promise.allSettled([]);", FLOOR) == ["1: allSettled came with Chromium 76"]
    assert script_problems("caches.open('a').finally(null);", FLOOR) == ["1: finally came with Chromium 63"]


def test_names_of_our_own_are_nobody_elses() -> None:
    script = "var own = {}; own.at = [1]; (function (find) { return own.at[0] + find(1); }(own.get)); own.from = 1;"

    assert script_problems(script) == []


def test_a_page_is_read_for_its_styles_and_modules() -> None:
    page = '<style>\n.a { gap: 1px }\n</style>\n<script type="module" src="a.js"></script>'

    assert page_problems(page) == ["2: gap came with Chromium 84", "1: script modules came with Chromium 61"]


def test_the_command_names_each_file_and_line_and_fails(tmp_path: Path) -> None:
    for folder in ("backend/screens/web", "backend/sites", "tools"):
        (tmp_path / folder).mkdir(parents=True)
    for name in ("tools/__init__.py", "tools/old_browsers.py", "backend/screens/web/paint.js", "backend/sites/site.js"):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())

    def check() -> subprocess.CompletedProcess[str]:
        asked = [sys.executable, "-m", "tools.old_browsers"]
        return subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, check=False)

    good = check()
    with (tmp_path / "backend/screens/web/paint.js").open("a", encoding="utf-8") as script:
        script.write("Object.entries({});\n")
    (tmp_path / "backend/sites/site.css").write_text("a {\n  inset: 0;\n}\n", encoding="utf-8")
    bad = check()

    lines = len((ROOT / "backend/screens/web/paint.js").read_text("utf-8").splitlines()) + 1
    assert (good.returncode, good.stdout) == (0, "")
    assert (bad.returncode, bad.stdout.splitlines()) == (
        1,
        [
            f"backend/screens/web/paint.js:{lines}: entries came with Chromium 54",
            "backend/sites/site.css:2: inset came with Chromium 87",
        ],
    )
