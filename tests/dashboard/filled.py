"""A home whose every page has something to show: the bundled figures, a measured run and probe results."""

import shutil
from pathlib import Path

from db.engine import open_database
from tests.dashboard.conftest import measured
from tests.dashboard.test_capability_views import RESULTS, kept


def filled(bundled_home: Path, home: Path) -> Path:
    """Make it out of a home with the bundled figures, which stays as it is."""
    shutil.copytree(bundled_home, home)
    measured(home)
    engine = open_database(f"sqlite:///{home / 'framescope.db'}")
    kept(engine, RESULTS)
    engine.dispose()
    return home
