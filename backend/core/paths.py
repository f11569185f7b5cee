"""Find the folders that travel with the code: `graphql/`, `campaigns/`, `alembic/`."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def folder(name: str) -> Path:
    """Return that folder: beside the package in a checkout, inside it in an installed distribution."""
    packaged = _PACKAGE / "_packaged" / name
    return packaged if packaged.is_dir() else _PACKAGE.parent / name
