"""What tests of photos share: a server that speaks S3."""

from collections.abc import Iterator

import pytest

from tests.media.bucket_server import BucketServer, bucket_server


@pytest.fixture(scope="session")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BucketServer]:
    """Run a server that holds a bucket, for every test to use below a prefix of its own."""
    with bucket_server(tmp_path_factory.mktemp("bucket")) as server:
        yield server
