"""Two instances over one database, as the laws play with them."""

from tests.laws.conftest import twins

__all__ = ["twins"]
