"""A store of their own for the tests of reading packages."""

from tests.collectors.conftest import catalogued, home, store

__all__ = ["catalogued", "home", "store"]
