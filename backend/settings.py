"""Every setting of the service: read once from the environment (`TANHUI_…`), then passed down.

A test compares this class with the table in docs/settings.md.
"""

import re
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from backend.core import paths
from backend.core.clock import Clock, FileClock, SystemClock

SHORTEST_SECRET = 32
DEVELOPMENT_SECRET = "a-laptop-needs-no-secret"  # noqa: S105 - refused outside development mode

_BUCKET = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9_-][A-Za-z0-9._-]*)*/?")


def _async_driver(url: str) -> str:
    for plain, driver in (("sqlite://", "sqlite+aiosqlite://"), ("postgresql://", "postgresql+psycopg://")):
        if url.startswith(plain):
            return url.replace(plain, driver, 1)
    return url


def _public(url: str) -> str:
    url = url.rstrip("/")
    if url and not re.fullmatch(r"https://[^\s?#@]+|http://(127\.0\.0\.1|localhost)(:[0-9]+)?", url):
        message = "it begins with https:// and has no query"
        raise ValueError(message)
    return url


def _hours(text: str) -> str:
    if not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]", text) or text[:5] >= text[6:]:
        message = "hours are written as in 08:00-21:00, and end on the day on which they begin"
        raise ValueError(message)
    return text


def _folder_or_bucket(place: str) -> str:
    if place.startswith("s3:") and not _BUCKET.fullmatch(place):
        message = "a bucket is named as in s3://bucket or s3://bucket/prefix"
        raise ValueError(message)
    return place


class Settings(BaseSettings):
    """What an operator may set. Defaults are safe for a laptop; production has none for secrets."""

    # What a wrong value was is not repeated: it may be a secret.
    model_config = SettingsConfigDict(env_prefix="TANHUI_", extra="ignore", frozen=True, hide_input_in_errors=True)

    mode: Literal["development", "production"] = Field(
        default="development", description="development allows free GraphQL documents, GraphiQL and a simulated clock"
    )
    database_url: Annotated[str, AfterValidator(_async_driver)] = Field(
        default="sqlite:///var/tanhui.db",
        description="sqlite:///file or postgresql://user:password@host/name",
        validate_default=True,
    )
    processes: int = Field(
        default=1,
        ge=1,
        le=64,
        description="API processes of one `serve`: as many as the database leaves cores; with SQLite one",
    )
    pool_size: int = Field(default=8, ge=2, le=200, description="database connections of one process")
    busy_seconds: int = Field(
        default=5, ge=1, le=60, description="how long to wait for a locked database or a free connection"
    )
    secret_key: SecretStr = Field(
        default=SecretStr(DEVELOPMENT_SECRET), description="feeds encryption at rest and fingerprints; never change it"
    )
    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=8000, ge=0, le=65535, description="port to listen on; 0 takes a free one")
    body_bytes: int = Field(
        default=1_048_576, ge=1024, description="largest request body; 1,000 check-ins are about 300 kB"
    )
    session_days: int = Field(default=30, ge=1, le=365, description="days after which a sign-in ends")
    session_cache_seconds: float = Field(
        default=3.0,
        ge=0,
        le=5,
        description="how long a process trusts what it knows of a token; a revocation is seen within it",
    )
    wechat_base_url: str = Field(default="https://api.weixin.qq.com", description="where WeChat's HTTP interface is")
    wechat_app_id: str = Field(default="", description="AppID of the mini-program")
    wechat_app_secret: SecretStr = Field(default=SecretStr(""), description="AppSecret of the mini-program")
    wechat_push_token: SecretStr = Field(
        default=SecretStr(""), description="Token of WeChat's message push; without it no push is taken"
    )
    wechat_push_key: SecretStr = Field(
        default=SecretStr(""), description="EncodingAESKey of WeChat's message push (secure mode): 43 characters"
    )
    message_hours: Annotated[str, AfterValidator(_hours)] = Field(
        default="08:00-21:00", description="when members may be sent something, Beijing time; the inbox is immediate"
    )
    wecom_base_url: str = Field(
        default="https://qyapi.weixin.qq.com", description="where WeCom's HTTP interface is, or a 政务微信 host's"
    )
    wecom_corp_id: str = Field(default="", max_length=40, description="WeCom's CorpID; empty: no WeCom")
    wecom_secret: SecretStr = Field(
        default=SecretStr(""), description="secret of the WeCom application that is linked to the mini-program"
    )
    wecom_accounts: int = Field(
        default=0,
        ge=0,
        le=10_000_000,
        description="the corp's accounts; WeCom takes 200 a day for each; 0: not known",
    )
    public_base_url: Annotated[str, AfterValidator(_public)] = Field(
        default="", description="where WeChat reaches this service; empty: it cannot, and people look at photos"
    )
    text_checks: bool = Field(
        default=True, description="whether WeChat checks what members write and others read, such as display names"
    )
    wechat_code_page: str = Field(
        default="pages/scan/scan",
        max_length=128,
        description="page that a printed mini-program code opens; empty prints plain QR codes",
    )
    wechat_code_version: Literal["release", "trial", "develop"] = Field(
        default="release", description="version of the mini-program that printed codes open"
    )
    photos: Annotated[str, AfterValidator(_folder_or_bucket)] = Field(
        default="var/photos",
        description="folder where photos lie, or s3://bucket/prefix: each installation has its own",
    )
    photos_endpoint: str = Field(
        default="",
        pattern=r"^(https?://[A-Za-z0-9.:\[\]-]+/?)?$",
        description="address of the service that holds the bucket, as in https://s3.example.com",
    )
    photos_region: str = Field(default="us-east-1", description="the bucket's region; many services take any")
    photos_access_key: str = Field(default="", description="name of the key to the bucket")
    photos_secret_key: SecretStr = Field(default=SecretStr(""), description="the key to the bucket")
    photos_path_style: bool = Field(
        default=True, description="whether the bucket's name stands in the path, or (false) in the host"
    )
    photo_bytes: int = Field(default=10_485_760, ge=65_536, le=20_971_520, description="largest photo that is taken")
    photo_workers: int = Field(default=1, ge=1, le=16, description="processes that work on photos, beside the API's")
    batch_items: int = Field(default=1000, ge=1, le=1000, description="most check-ins recorded in one transaction")
    writers: int = Field(
        default=1, ge=1, le=16, description="recording transactions in flight at once; more of them are smaller ones"
    )
    projector_seconds: float = Field(default=0.2, gt=0, le=30, description="how often the boards follow the ledger")
    tick_seconds: float = Field(default=5.0, gt=0, le=30, description="how often the worker asks what is due")
    board_seconds: float = Field(
        default=0.2, gt=0, le=30, description="how long a process serves a board without asking for news"
    )
    screen_silent_seconds: int = Field(
        default=180, ge=60, le=86_400, description="after how long without a word a screen is shown as silent"
    )
    suppression_threshold: int = Field(
        default=5, ge=2, le=100, description="groups with fewer people are not shown on boards"
    )
    campaigns_folder: Path = Field(
        default=paths.folder("campaigns"), description="theme packs, factors and the calendar"
    )
    clock_file: Path | None = Field(
        default=None, description="simulated time shared by processes; development mode only"
    )

    @property
    def platform_sees_photos(self) -> bool:
        """Whether WeChat can fetch a photo from us and tell us what it holds of it."""
        return bool(self.public_base_url and self.wechat_push_key.get_secret_value())

    @model_validator(mode="after")
    def _pushes_have_both_keys(self) -> Self:
        token, key = self.wechat_push_token.get_secret_value(), self.wechat_push_key.get_secret_value()
        if bool(token) != bool(key):
            message = "TANHUI_WECHAT_PUSH_TOKEN and TANHUI_WECHAT_PUSH_KEY are set together"
            raise ValueError(message)
        if key and not re.fullmatch("[A-Za-z0-9]{43}", key):
            message = "TANHUI_WECHAT_PUSH_KEY has 43 letters and digits"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _wecom_has_both(self) -> Self:
        if bool(self.wecom_corp_id) != bool(self.wecom_secret.get_secret_value()):
            message = "TANHUI_WECOM_CORP_ID and TANHUI_WECOM_SECRET are set together"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _production_is_earnest(self) -> Self:
        if self.mode == "production":
            wanted = {
                f"TANHUI_SECRET_KEY of {SHORTEST_SECRET} characters or more": (
                    len(self.secret_key.get_secret_value()) >= SHORTEST_SECRET
                ),
                "TANHUI_WECHAT_APP_ID": bool(self.wechat_app_id),
                "TANHUI_WECHAT_APP_SECRET": bool(self.wechat_app_secret.get_secret_value()),
                "no TANHUI_CLOCK_FILE": self.clock_file is None,
            }
            missing = [name for name, given in wanted.items() if not given]
            if missing:
                message = f"production mode needs {', '.join(missing)}"
                raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _a_bucket_has_keys(self) -> Self:
        wanted = {
            "TANHUI_PHOTOS_ENDPOINT": self.photos_endpoint,
            "TANHUI_PHOTOS_ACCESS_KEY": self.photos_access_key,
            "TANHUI_PHOTOS_SECRET_KEY": self.photos_secret_key.get_secret_value(),
        }
        missing = [name for name, given in wanted.items() if not given]
        if self.photos.startswith("s3://") and missing:
            message = f"photos in a bucket need {', '.join(missing)}"
            raise ValueError(message)
        return self


def clock_of(settings: Settings) -> Clock:
    """Return the machine's clock, or the simulated one that development mode may share."""
    return FileClock(settings.clock_file) if settings.clock_file else SystemClock()
