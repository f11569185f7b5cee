"""Settings: every one is documented, and production is never started half-prepared."""

import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError
from pydantic_core import PydanticUndefined

from backend.core import paths
from backend.core.clock import FileClock, SystemClock
from backend.settings import Settings, clock_of

ROOT = paths.folder("campaigns").parent
TABLE = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
ROWS = {row[0]: row[1:] for row in re.findall(r"(?m)^\| `(TANHUI_\w+)` \| (.*?) \| (.*?) \| (.*?) \|$", TABLE)}
FIELDS = {f"TANHUI_{name.upper()}": field for name, field in Settings.model_fields.items()}
# What cannot be shown as it is: a secret, nothing, a folder that travels with the program.
TOLD = {
    "TANHUI_SECRET_KEY": "仅供开发 development only",
    "TANHUI_CAMPAIGNS_FOLDER": "随程序 `campaigns/`",
    "TANHUI_CLOCK_FILE": "无 none",
}
PRODUCTION: dict[str, Any] = {
    "mode": "production",
    "secret_key": "long and secret, 32 characters and more",
    "wechat_app_id": "wx0123456789abcdef",
    "wechat_app_secret": "secret",
}


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget whatever this machine has set."""
    for name in FIELDS:
        monkeypatch.delenv(name, raising=False)


def test_the_table_has_every_setting_and_no_other() -> None:
    assert list(ROWS) == list(FIELDS)


@pytest.mark.parametrize("name", FIELDS)
def test_the_table_tells_the_default_and_a_reason(name: str) -> None:
    unit, default, reason = ROWS[name]

    assert FIELDS[name].default is not PydanticUndefined
    value = FIELDS[name].default
    empty = str(value.get_secret_value() if isinstance(value, SecretStr) else value) == ""
    assert default == TOLD.get(name, "空 empty" if empty else f"`{value}`")
    assert unit
    assert re.search(r"[\u4e00-\u9fff]", reason)
    assert re.search(r"[A-Za-z]{2,} [a-z]{2,}", reason)


@pytest.mark.parametrize("name", FIELDS)
def test_the_table_tells_the_bounds(name: str) -> None:
    unit = ROWS[name][0]

    bounds = {
        str(value) for one in FIELDS[name].metadata for value in [getattr(one, "ge", None), getattr(one, "le", None)]
    }

    assert {bound for bound in bounds - {"None"} if bound not in unit} == set()


def test_every_setting_says_what_it_is_for() -> None:
    assert [name for name, field in FIELDS.items() if not field.description] == []


def test_a_laptop_needs_no_setting_at_all() -> None:
    settings = Settings()

    assert settings.mode == "development"
    assert settings.database_url == "sqlite+aiosqlite:///var/tanhui.db"
    assert isinstance(clock_of(settings), SystemClock)


@pytest.mark.parametrize(
    ("missing", "named"),
    [
        ("secret_key", "TANHUI_SECRET_KEY"),
        ("wechat_app_id", "TANHUI_WECHAT_APP_ID"),
        ("wechat_app_secret", "TANHUI_WECHAT_APP_SECRET"),
    ],
)
def test_production_without_a_secret_does_not_start_and_names_it(missing: str, named: str) -> None:
    given = {name: value for name, value in PRODUCTION.items() if name != missing}

    with pytest.raises(ValidationError, match=rf"production mode needs {named}\b"):
        Settings(**given)


@pytest.mark.parametrize("key", ["", "a-laptop-needs-no-secret"])
def test_production_refuses_a_secret_that_is_none(key: str) -> None:
    with pytest.raises(ValidationError, match="TANHUI_SECRET_KEY"):
        Settings(**PRODUCTION | {"secret_key": key})


def test_production_refuses_a_simulated_clock(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="no TANHUI_CLOCK_FILE"):
        Settings(**PRODUCTION, clock_file=tmp_path / "clock.json")


def test_production_with_everything_starts() -> None:
    assert Settings(**PRODUCTION).mode == "production"


def test_development_may_simulate_the_time(tmp_path: Path) -> None:
    file = tmp_path / "clock.json"
    file.write_text('{"real": 0, "simulated": "2026-06-15T04:00:00+00:00", "speed": 0}')

    clock = clock_of(Settings(clock_file=file))

    assert isinstance(clock, FileClock)
    assert clock.now().isoformat() == "2026-06-15T04:00:00+00:00"


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("sqlite:///var/x.db", "sqlite+aiosqlite:///var/x.db"),
        ("postgresql://u:p@h/n", "postgresql+psycopg://u:p@h/n"),
        ("postgresql+psycopg://u:p@h/n", "postgresql+psycopg://u:p@h/n"),
    ],
)
def test_a_database_is_named_without_its_driver(monkeypatch: pytest.MonkeyPatch, given: str, used: str) -> None:
    monkeypatch.setenv("TANHUI_DATABASE_URL", given)

    assert Settings().database_url == used


BUCKET: dict[str, Any] = {
    "photos": "s3://photos-of-a-city/tanhui/",
    "photos_endpoint": "https://s3.example.test",
    "photos_access_key": "AKID",
    "photos_secret_key": "secret",
}


def test_photos_may_lie_in_a_bucket() -> None:
    assert Settings(**BUCKET).photos == "s3://photos-of-a-city/tanhui/"


@pytest.mark.parametrize("missing", ["photos_endpoint", "photos_access_key", "photos_secret_key"])
def test_a_bucket_without_what_opens_it_does_not_start_and_names_it(missing: str) -> None:
    given = {name: value for name, value in BUCKET.items() if name != missing}

    with pytest.raises(ValidationError, match=f"photos in a bucket need TANHUI_{missing.upper()}"):
        Settings(**given)


@pytest.mark.parametrize(
    "place", ["s3://", "s3:photos", "s3://Photos", "s3://photos/../other", "s3://photos//x", "s3://a"]
)
def test_a_bucket_is_named_as_buckets_are(place: str) -> None:
    with pytest.raises(ValidationError, match="s3://bucket/prefix"):
        Settings(**BUCKET | {"photos": place})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TANHUI_PHOTOS_ENDPOINT", "s3.example.test"),
        ("TANHUI_PHOTOS_ENDPOINT", "https://user:secret@s3.example.test"),
        ("TANHUI_PHOTOS_ENDPOINT", "https://s3.example.test/bucket"),
        ("TANHUI_PORT", "65536"),
        ("TANHUI_PORT", "eight thousand"),
        ("TANHUI_MODE", "staging"),
        ("TANHUI_TICK_SECONDS", "31"),
        ("TANHUI_PROJECTOR_SECONDS", "0"),
        ("TANHUI_SUPPRESSION_THRESHOLD", "1"),
        ("TANHUI_BATCH_ITEMS", "1001"),
        ("TANHUI_PUBLIC_BASE_URL", "http://tanhui.example.gov.cn"),
        ("TANHUI_PUBLIC_BASE_URL", "https://user@tanhui.example.gov.cn"),
        ("TANHUI_PUBLIC_BASE_URL", "https://tanhui.example.gov.cn?x"),
    ],
)
def test_a_setting_that_cannot_be_stops_the_start_and_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(ValidationError, match=name.removeprefix("TANHUI_").lower()):
        Settings()


@pytest.mark.parametrize(
    "given",
    [
        {"wechat_push_token": "a-token"},
        {"wechat_push_key": "k" * 43},
        {"wechat_push_token": "a-token", "wechat_push_key": "k" * 42},
        {"wechat_push_token": "a-token", "wechat_push_key": "k" * 42 + "="},
    ],
    ids=str,
)
def test_keys_of_pushes_that_cannot_be_stop_the_start_and_are_named(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="TANHUI_WECHAT_PUSH_KEY") as refused:
        Settings(**PRODUCTION, **given)

    assert "a-token" not in str(refused.value)


@pytest.mark.parametrize(
    ("given", "sees"),
    [
        ({}, False),
        ({"public_base_url": "https://tanhui.example.gov.cn/"}, False),
        ({"wechat_push_token": "a-token", "wechat_push_key": "k" * 43}, False),
        (
            {
                "public_base_url": "https://tanhui.example.gov.cn/",
                "wechat_push_token": "a-token",
                "wechat_push_key": "k" * 43,
            },
            True,
        ),
    ],
    ids=str,
)
def test_the_platform_sees_photos_when_it_can_fetch_them_and_answer(given: dict[str, Any], sees: bool) -> None:
    assert Settings(**PRODUCTION, **given).platform_sees_photos is sees


@pytest.mark.parametrize("hours", ["8-21", "21:00-08:00", "08:00-08:00", "08:00-24:00", "08:60-21:00", ""])
def test_hours_that_are_no_hours_of_a_day_are_refused(hours: str) -> None:
    with pytest.raises(ValidationError, match="08:00-21:00"):
        Settings(message_hours=hours)


@pytest.mark.parametrize("given", [{"wecom_corp_id": "ww1"}, {"wecom_secret": SecretStr("x")}], ids=str)
def test_wecom_wants_both_its_settings(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="TANHUI_WECOM_CORP_ID and TANHUI_WECOM_SECRET"):
        Settings(**given)


def test_secrets_are_not_shown_when_settings_are() -> None:
    settings = Settings(**PRODUCTION)

    secrets = [name for name, field in Settings.model_fields.items() if field.annotation is SecretStr]
    assert secrets == [
        "secret_key",
        "wechat_app_secret",
        "wechat_push_token",
        "wechat_push_key",
        "wecom_secret",
        "photos_secret_key",
    ]
    assert "long and secret, 32 characters and more" not in repr(settings)
    assert "long and secret, 32 characters and more" not in settings.model_dump_json()


def test_settings_do_not_change_while_the_service_runs() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().port = 1
