"""What stands under a chart: its numbered breaks in words, as in a picture of it, and what a click opens there."""

import re
from pathlib import Path

import pytest

from dashboard.sections import figure as figure_section
from dashboard.sections.figure import Figure
from tests.dashboard.conftest import Opened
from tests.dashboard.test_views import words


@pytest.mark.parametrize(
    ("page", "state", "first"),
    [
        ("adoption", {"tab": "signals"}, "Downloads: ① 1 Apr 2018: All packages are counted too low"),
        ("claims", {"claim": "pt-academia-tf-industry"}, "① 1 Apr 2018: All packages are counted too low"),
    ],
)
def test_breaks_of_shares_are_explained_under_the_chart_and_in_a_picture(
    page: str, state: dict[str, str], first: str, site: Opened, bundled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Figure] = []
    monkeypatch.setattr(figure_section, "draw", drawn.append)
    assert not site(page, **state).exception
    told = [one.replace("\u00a0", " ") for one in drawn[0].breaks]
    assert told[0].startswith(first)
    notes = "\n".join(drawn[0].notes).replace("\\", "").replace("\u00a0", " ")
    assert [one for one in told if re.sub("^.*?(?=[①-⑳])", "", one)[:14] not in notes] == [], "the same ones"
    assert "③ 7 Dec 2018: Up to 1.0.0 the package torch was a stub" in notes, "why the first months jump"


@pytest.mark.parametrize(
    ("page", "state"),
    [
        ("adoption", {"metric": "stars", "figure": "adoption-stars"}),
        ("adoption", {"tab": "signals", "figure": "signals"}),
        ("claims", {"claim": "pt-academia-tf-industry", "figure": "claim-downloads"}),
        ("choose", {"situation": "learning", "figure": "choose-ranking"}),
        ("ecosystem", {"show": "timeline", "figure": "ecosystem-releases"}),
    ],
)
def test_a_frame_promises_no_click_that_opens_nothing(
    page: str, state: dict[str, str], site: Opened, bundled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "A click on a" in words(site(page, **{name: told for name, told in state.items() if name != "figure"}))
    for place in ("figure", "frame", "made"):
        monkeypatch.setattr(f"dashboard.sections.{place}.embedded", lambda: True)
    said = words(site(page, **state))
    assert "Figures: " in said
    assert "A click on a" not in said
