"""More in the address than a page can show: it is counted, and what is left out is named."""

from pathlib import Path

from tests.dashboard.conftest import Opened
from tests.dashboard.test_views import words


def test_three_hundred_unknown_names_are_no_three_hundred_warnings(site: Opened, bundled: Path) -> None:
    app = site("adoption", metric="stars", system=[f"s{at}" for at in range(300)])
    said_of_it = [str(one.value) for one in app.warning]
    assert len(said_of_it) == 4
    assert "297 more names of this kind are unknown" in said_of_it[-1]


def test_a_fifth_metric_is_left_out_and_named(site: Opened, bundled: Path) -> None:
    app = site("adoption", metric=["stars", "forks", "downloads", "commits", "open_issues"])
    assert "At most four metrics are shown at once, so these are not: Open issues" in words(app)
