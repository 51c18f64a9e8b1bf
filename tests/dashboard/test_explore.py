"""What the explorer and the overview make of rows: source, unit, breaks, finding, flags."""

from datetime import date

from catalog.load import load_catalog
from catalog.models import Milestone
from dashboard.analysis.cuts import cuts, severing
from dashboard.analysis.explore import Choice, definitions_of, view
from dashboard.analysis.milestones import flags
from dashboard.analysis.signals import signal
from tests.dashboard.made import TODAY, a_break, framed, months, row

METRIC = load_catalog().metrics["questions"].model_copy(update={"sources": ("history.made",)})
NAMES = {"pytorch": "PyTorch", "tensorflow": "TensorFlow", "keras": "Keras"}
FIRST = date(2025, 1, 1)
BOTH = framed(months("pytorch", FIRST, [1, 4, 9]), months("tensorflow", FIRST, [3, 3, 3]))


def test_breaks_within_the_span_are_numbered_by_date() -> None:
    found = cuts(
        [a_break("2025-03", slug="b"), a_break("2025-02", slug="a"), a_break("2019", slug="c")],
        "made", ["pytorch"], "history.made", FIRST, TODAY,
    )  # fmt: skip
    assert [(c.index, c.when) for c in found] == [(1, date(2025, 2, 1)), (2, date(2025, 3, 1))]


def test_a_break_of_one_system_cuts_that_one_alone() -> None:
    found = cuts([a_break("2025-02", systems=("keras",))], "m", ["keras", "jax"], "history.made", FIRST, TODAY)
    assert severing(found, "keras") == (date(2025, 2, 1),)
    assert severing(found, "jax") == ()


def test_a_remark_is_numbered_but_cuts_nothing() -> None:
    found = cuts([a_break("2025-02", cuts=False)], "m", ["keras"], "history.made", FIRST, TODAY)
    assert len(found) == 1
    assert severing(found) == ()


def test_a_view_says_what_it_found_and_what_it_lacks() -> None:
    found = view(BOTH, Choice(METRIC, ("pytorch", "tensorflow", "keras")), [], NAMES, TODAY)
    assert found is not None
    assert found.title.startswith("PyTorch passed TensorFlow in Stack Overflow questions in Feb")
    assert found.missing == ("keras",)
    assert found.source == "history.made"


def test_views_of_shares_and_of_an_index() -> None:
    share = view(BOTH, Choice(METRIC, ("pytorch", "tensorflow"), "share"), [], NAMES, TODAY)
    index = view(BOTH, Choice(METRIC, ("pytorch", "tensorflow"), "index"), [a_break("2025-03")], NAMES, TODAY)
    assert share is not None
    assert index is not None
    assert share.frame[share.frame["system"] == "pytorch"]["value"].tolist() == [25, 4 / 7 * 100, 75]
    assert index.frame[index.frame["system"] == "pytorch"]["value"].tolist() == [100, 400, 100]
    assert share.suffix == " %"
    assert index.base == date(2025, 1, 16)


def test_the_unit_of_a_share_of_percentages_says_percent_of_one_thing_only_once() -> None:
    told = {"unit": "percent of respondents", "unit_short": "%", "kind": "share"}
    rows = [
        one._replace(unit=told["unit"]) for one in (*months("pytorch", FIRST, [10]), *months("tensorflow", FIRST, [10]))
    ]
    choice = Choice(METRIC.model_copy(update=told), ("pytorch", "tensorflow"), "share")
    found = view(framed(rows), choice, [], NAMES, TODAY)
    assert found is not None
    assert found.unit == "percent of the sum of the systems shown, each counted in percent of respondents"
    plain = view(BOTH, Choice(METRIC, ("pytorch", "tensorflow"), "share"), [], NAMES, TODAY)
    assert plain is not None
    assert plain.unit == "percent of things of the systems shown"


def test_years_bound_what_is_drawn_but_not_what_is_found() -> None:
    choice = Choice(METRIC, ("pytorch", "tensorflow"), first_year=2026, last_year=2026)
    found = view(BOTH, choice, [], NAMES, TODAY)
    assert found is not None
    assert found.frame.empty
    assert "passed" in found.title


def test_periods_that_are_not_over_are_no_sign_that_nobody_counted() -> None:
    running = framed([row(s, date(2026, 1, 1), 8, status="partial") for s in ("pytorch", "tensorflow")])
    apart = framed([row("pytorch", date(2026, 1, 1), 8)], [row("tensorflow", date(2025, 1, 1), 8)])
    for rows, words in ((running, "no period of both"), (apart, "nobody counted")):
        found = view(rows, Choice(METRIC, ("pytorch", "tensorflow")), [], NAMES, TODAY)
        assert found is not None
        assert words in found.title


def test_no_figures_no_view() -> None:
    assert view(framed([]), Choice(METRIC, ("pytorch",)), [], NAMES, TODAY) is None
    assert view(BOTH, Choice(METRIC, ()), [], NAMES, TODAY) is None


def test_one_way_of_counting_at_a_time() -> None:
    rows = framed(
        [row(s, date(2020, 1, 1), 1, definition="ACL", primary=False) for s in ("pytorch", "tensorflow")],
        [row(s, date(2020, 1, 1), 8, definition="NeurIPS") for s in ("pytorch", "tensorflow")],
    )
    assert definitions_of(rows, "history.made", ("pytorch", "tensorflow")) == ["ACL", "NeurIPS"]
    for definition, value in (("", 8), ("ACL", 1)):
        choice = Choice(METRIC, ("pytorch", "tensorflow"), definition=definition)
        found = view(rows, choice, [], NAMES, TODAY)
        assert found is not None
        assert found.frame["value"].tolist() == [value, value]


def test_figures_of_unlike_counts_are_not_compared() -> None:
    twice = [row("pytorch", date(2020, m, 1), 1, definition=f"way {m}") for m in (1, 2)]
    other = [row("tensorflow", date(2020, m, 1), 1, definition=f"way {m}") for m in (1, 2)]
    reported = [row(s, date(2020, 1, 1), 1, definition=s, source="history.reported") for s in ("pytorch", "tensorflow")]
    stated = METRIC.model_copy(update={"slug": "stated"})
    for found, metric in ((framed(twice, other), METRIC), (framed(reported), METRIC), (BOTH, stated)):
        shown = view(found, Choice(metric, ("pytorch", "tensorflow")), [], NAMES, TODAY)
        assert shown is not None
        assert shown.title.endswith(": figures counted in different ways, not to be compared")


def test_a_definition_that_narrows_is_named_wherever_it_is_shown() -> None:
    rows = framed([row(s, date(2020, 1, 1), 8, definition="NeurIPS") for s in ("pytorch", "tensorflow")])
    shown = view(rows, Choice(METRIC, ("pytorch", "tensorflow")), [], NAMES, TODAY)
    assert shown is not None
    assert shown.counted == "Stack Overflow questions (NeurIPS)"
    assert "questions (NeurIPS)" in shown.title
    assert signal(METRIC, rows, [], TODAY).title == "Questions (NeurIPS)"
    assert signal(METRIC, BOTH, [], TODAY).title == "Questions"


def test_a_signal_names_its_lead_source_and_breaks() -> None:
    found = signal(METRIC, BOTH, [a_break("2025-03")], TODAY)
    assert found.source == "history.made"
    assert found.lead is not None
    assert found.lead.leader == "pytorch"
    assert found.stale(TODAY)
    assert [c.when for c in found.cuts] == [date(2025, 3, 1)]


def test_a_signal_of_one_system_alone_is_no_signal() -> None:
    found = signal(METRIC, framed(months("pytorch", FIRST, [1, 2])), [], TODAY)
    assert (found.lead, found.source, found.cuts) == (None, None, ())


def test_major_releases_are_flagged_once() -> None:
    def milestone(title: str, day: str, note: str = "") -> Milestone:
        link = "https://example.org/x"
        entry = {"date": day, "title": title, "kind": "release", "url": link, "seen": "quoted", "system": "pytorch"}
        return Milestone.model_validate(entry | {"note": note})

    made = [
        milestone("PyTorch 2.0.0, with torch.compile", "2023-03-15"),
        milestone("PyTorch 2.0.0 again", "2023-03-16"),
        milestone("PyTorch 1.1.0", "2019-04-30"),
        milestone("PyTorch 3.0", "2026-12-01", "planned day"),
        milestone("PyTorch goes public", "2017-01-19"),
    ]
    assert flags(made, ["pytorch"]) == [
        (date(2017, 1, 19), "pytorch", "open source"),
        (date(2023, 3, 15), "pytorch", "PyTorch 2.0"),
    ]
    assert flags(made, ["jax"]) == []
