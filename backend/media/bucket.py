"""Photos in a bucket of any service that speaks S3, through the `obstore` library.

Encryption at rest, access lists, versions and life cycles are left as the bucket's owner has set them.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store
from pydantic import SecretStr

from backend.media.names import checked, is_ours
from backend.media.store import StoreDown
from backend.settings import Settings

if TYPE_CHECKING:
    from obstore.store import S3Credential

_STATUS = re.compile(r"status code: (\d{3})")
_CODE = re.compile(r"<Code>(\w{1,64})</Code>")


@dataclass(frozen=True)
class Patience:
    """How long a call may take: `request_seconds` for one try, and no further try after `all_seconds`."""

    connect_seconds: float = 3
    request_seconds: float = 8
    all_seconds: float = 10
    retries: int = 2


@dataclass(frozen=True)
class Place:
    """Where a bucket is, and what opens it."""

    bucket: str
    prefix: str
    endpoint: str
    region: str
    access_key: str
    secret_key: SecretStr
    path_style: bool = True

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Read "s3://bucket/prefix" and what belongs to it."""
        bucket, _, prefix = settings.photos.removeprefix("s3://").partition("/")
        return cls(
            bucket,
            prefix.strip("/"),
            settings.photos_endpoint.rstrip("/"),
            settings.photos_region,
            settings.photos_access_key,
            settings.photos_secret_key,
            settings.photos_path_style,
        )

    @property
    def address(self) -> str:
        """The address that requests go to: with the bucket in the host where the service wants that."""
        if self.path_style:
            return self.endpoint
        parts = urlsplit(self.endpoint)
        return parts._replace(netloc=f"{self.bucket}.{parts.netloc}").geturl()


class BucketStore:
    """Pictures as objects, each put whole by one request."""

    def __init__(self, place: Place, patience: Patience | None = None) -> None:
        self._bucket = _opened(place, patience or Patience())

    def put(self, name: str, content: bytes) -> None:
        """Keep a picture, durably; one that is there already is replaced."""
        with _faults_named("put"):
            obstore.put(self._bucket, checked(name), content, use_multipart=False)

    def get(self, name: str) -> bytes | None:
        """Return a picture, or None."""
        with _faults_named("get"):
            try:
                return bytes(obstore.get(self._bucket, checked(name)).bytes())
            except FileNotFoundError:
                self._look(name)
                return None

    def delete(self, name: str) -> None:
        """Remove a picture; one that is not there is no fault."""
        with _faults_named("delete"):
            try:
                obstore.delete(self._bucket, checked(name))
            except FileNotFoundError:
                self._look(name)

    def names(self) -> Iterator[str]:
        """Yield the names of all pictures; what others keep in the bucket is none of ours."""
        with _faults_named("list"):
            for page in obstore.list(self._bucket, chunk_size=1000):
                yield from (one["path"] for one in page if is_ours(one["path"]))

    def _look(self, name: str) -> None:
        """Make sure that it is the picture which is not there: 404 may mean the bucket, which only a listing tells."""
        list(obstore.list(self._bucket, prefix=name))


def _opened(place: Place, patience: Patience) -> S3Store:
    # The library also reads AWS_… from the environment: what must not come from there is said here.
    return S3Store(
        place.bucket,
        prefix=place.prefix or None,
        aws_endpoint_url_s3=place.address,
        region=place.region,
        virtual_hosted_style_request=not place.path_style,
        skip_signature=False,
        # Not every service has the form for many objects at once: Alibaba's wants a header that nobody else does.
        disable_bulk_delete=True,
        credential_provider=_keys(place),
        client_options={
            "allow_http": True,  # where the operator wrote http://, which inside a machine room may be right
            "connect_timeout": timedelta(seconds=patience.connect_seconds),
            "timeout": timedelta(seconds=patience.request_seconds),
        },
        retry_config={
            "max_retries": patience.retries,
            "retry_timeout": timedelta(seconds=patience.all_seconds),
        },
    )


def _keys(place: Place) -> "Callable[[], S3Credential]":
    def given() -> "S3Credential":
        return {
            "access_key_id": place.access_key,
            "secret_access_key": place.secret_key.get_secret_value(),
            "token": None,
            "expires_at": None,
        }

    return given


@contextmanager
def _faults_named(call: str) -> Iterator[None]:
    """Say `StoreDown` whatever goes wrong. The library's own text repeats answers and addresses: too much for a log."""
    try:
        yield
    except (BaseError, OSError, ValueError) as fault:
        told = [found[1] for pattern in (_STATUS, _CODE) if (found := pattern.search(str(fault)))]
        raise StoreDown(f"{call}: {' '.join(told) or 'no answer in time'}") from None
