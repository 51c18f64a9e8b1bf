"""Papers with Code: links counted by month and framework, what cannot be dated said, and only the real dump taken."""

import gzip
import random
from collections import Counter
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.errors import SkipItem
from collectors.source import Parsed
from collectors.sources.papers_with_code import dump as reading
from collectors.sources.papers_with_code.dating import FIRST, LAST, month_of
from collectors.sources.papers_with_code.figures import (
    EVERY,
    FRAMED,
    OF_ALL,
    OF_FRAMED,
    OFFICIAL,
    TORCH_EVERY,
    TORCH_OFFICIAL,
    UNDATED,
)
from tests.collectors.importing import Importing, of, read_file
from tests.fakes.papers_with_code import dump, link, packed

MAY, JUNE, JULY, AUGUST = (date(2025, month, 1) for month in (5, 6, 7, 8))
END = link("2507.00001", "pytorch", "end/july")


def read(*links: Any) -> Parsed:
    return read_file("papers_with_code", packed(*links))


def counted(parsed: Parsed, system: str, definition: str = EVERY) -> dict[date, tuple[float | None, str]]:
    return of(parsed, system, definition, "implementations")


def test_links_are_counted_by_the_month_of_the_paper_and_by_framework() -> None:
    parsed = read(link("2505.00001", "pytorch"), link("2505.09999v3", "pytorch"), link("2506.00001", "tf"), END)
    assert counted(parsed, "pytorch") == {
        MAY: (2, "ok"),
        JUNE: (0, "ok"),
        JULY: (1, "partial"),
        AUGUST: (None, "unavailable"),
    }
    assert counted(parsed, "tensorflow")[JUNE] == (1, "ok")
    assert MAY not in counted(parsed, "tensorflow")  # before its first link nothing is known of a label


def test_official_links_are_a_definition_of_their_own() -> None:
    parsed = read(link("2505.00001", "jax", is_official=True), link("2505.00002", "jax"), END)
    assert counted(parsed, "jax")[MAY] == (2, "ok")
    assert counted(parsed, "jax", OFFICIAL)[MAY] == (1, "ok")
    assert counted(parsed, "all", OFFICIAL)[MAY] == (1, "ok")
    primary = {row.definition for row in parsed.observations if row.primary}
    assert primary == {EVERY, OF_FRAMED}


def test_shares_are_of_links_with_a_framework_and_of_all() -> None:
    frameworks = ["pytorch", "tf", "none", None, ""]
    parsed = read(*(link(f"2505.0000{n}", framework) for n, framework in enumerate(frameworks)), END)
    assert counted(parsed, "all")[MAY] == (5, "ok")
    assert counted(parsed, "all", FRAMED)[MAY] == (2, "ok")
    assert of(parsed, "pytorch", OF_FRAMED, "implementations_share")[MAY] == (50, "ok")
    assert of(parsed, "pytorch", OF_ALL, "implementations_share")[MAY] == (20, "ok")


def test_torch_is_never_added_to_pytorch() -> None:
    parsed = read(link("2505.00001", "torch", is_official=True), link("2505.00002", "pytorch"), END)
    assert counted(parsed, "torch7", TORCH_EVERY)[MAY] == counted(parsed, "torch7", TORCH_OFFICIAL)[MAY] == (1, "ok")
    assert counted(parsed, "pytorch")[MAY] == (1, "ok")
    assert counted(parsed, "torch7") == {}
    assert not any(row.primary for row in parsed.observations if row.system == "torch7")


def test_a_label_nobody_knows_is_counted_as_other_and_named() -> None:
    parsed = read(link("2505.00001", " FooFlow "), link("2505.00002", "fooflow"), link("2505.00003", "TF"), END)
    assert counted(parsed, "other")[MAY] == (2, "ok")
    assert counted(parsed, "tensorflow")[MAY] == (1, "ok")
    assert any("'fooflow' 2" in note for note in parsed.notes)


def test_ten_thousand_labels_are_one_series(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_LABELS", 3)
    parsed = read(*(link(f"2505.0000{n}", f"label {n}") for n in range(8)), END)
    assert counted(parsed, "other")[MAY][0] == 8
    assert any("'(more labels)' 5" in note for note in parsed.notes)


@pytest.mark.parametrize(
    ("arxiv_id", "why"),
    [
        (None, "no id"),
        ("  ", "no id"),
        ("cs/0701001", "old form"),
        ("cs.LG/0512345v2", "old form"),
        ("math-ph/0309136", "old form"),
        ("2513.00001", "no such month"),
        ("2500.00001", "no such month"),
        ("0703.0001", "no such month"),
        ("2508.00001", "no such month"),
        ("9912.00001", "no such month"),
        ("1501.0001", "unknown form"),
        ("1412.00001", "unknown form"),
        ("25O5.00001", "unknown form"),
        ("٢٥٠٥.00001", "unknown form"),
        ("2505.00001'; DROP", "unknown form"),
        ("2505.00001\n", date(2025, 5, 1)),
        ("0704.0001", date(2007, 4, 1)),
        ("1412.9999v12", date(2014, 12, 1)),
        ("1501.00001", date(2015, 1, 1)),
        ("2507.99999", date(2025, 7, 1)),
    ],
)
def test_a_month_is_read_from_an_id_or_the_reason_named(arxiv_id: str | None, why: Any) -> None:
    assert month_of(arxiv_id) == why


@given(st.text(max_size=20) | st.from_regex(r"[0-9]{4}\.[0-9]{4,5}", fullmatch=True))
def test_no_id_has_a_month_outside_the_dump(arxiv_id: str) -> None:
    found = month_of(arxiv_id)
    assert not isinstance(found, date) or (FIRST <= found <= LAST and found.day == 1)


def test_what_cannot_be_dated_is_counted_and_said() -> None:
    ids = [None, "", "cs/0701001", "2513.00001", "2512.00001", "junk"]
    parsed = read(*(link(given, "tf", f"r/{n}") for n, given in enumerate(ids)), END)
    (window,) = [row for row in parsed.observations if row.definition == UNDATED]
    assert (window.system, window.value, window.granularity, window.primary) == ("all", 6, "window", False)
    assert (window.period_start, window.period_end) == (FIRST, AUGUST)
    (said,) = [note for note in parsed.notes if "cannot be dated" in note]
    assert "6 cannot be dated" in said
    assert all(
        part in said for part in ("2 without an arXiv id", "1 with an id of the form before", "2 with an id of a")
    )
    assert counted(parsed, "all")[JULY] == (1, "partial")


def test_of_an_earlier_dump_the_newest_month_is_partial_and_nothing_ends() -> None:
    parsed = read(link("2301.00001", "tf"), link("2302.00001", "tf"))
    assert counted(parsed, "tensorflow") == {date(2023, 1, 1): (1, "ok"), date(2023, 2, 1): (1, "partial")}


def test_the_same_link_twice_counts_once_and_one_repository_once_a_paper() -> None:
    parsed = read(link("2505.00001", "tf"), link("2505.00001", "tf"), link("2505.00002", "tf"), END)
    assert counted(parsed, "tensorflow")[MAY] == (2, "ok")
    assert any("1 listed twice" in note for note in parsed.notes)


def test_a_few_entries_of_another_form_are_said_and_many_refused() -> None:
    good = [link(f"2505.{n:05}", "tf") for n in range(20)]
    strange: list[Any] = [link(1, "tf"), {"a": 1}]
    parsed = read(*good, *strange, END)
    assert any("2 of an unknown form" in note for note in parsed.notes)
    assert counted(parsed, "tensorflow")[MAY] == (20, "ok")
    with pytest.raises(SkipItem, match="unknown form"):
        read(*good[:3], link("2505.1", ["tf"]), link("2505.00001", 7), "text", None, 3)


def test_counts_by_month_add_up_to_the_links_read() -> None:
    rng = random.Random(20)  # noqa: S311  # a dump by seed, no secret
    ids = ["junk", None, "cs/0701001", *(f"{y:02}{m:02}.{1:05}" for y in range(16, 25) for m in range(1, 13))]
    links = [link(rng.choice(ids), rng.choice(["tf", "pytorch", "none", "torch", "x"]), f"r/{n}") for n in range(3_000)]
    parsed = read(*links)
    every = sum(value or 0 for value, _ in counted(parsed, "all").values())
    (undated,) = counted(parsed, "all", UNDATED).values()
    assert every + (undated[0] or 0) == 3_000
    of_torch = sum(value or 0 for value, _ in counted(parsed, "torch7", TORCH_EVERY).values())
    dated = Counter(each["framework"] for each in links if isinstance(month_of(each["paper_arxiv_id"]), date))
    assert of_torch == dated["torch"]


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (packed(END)[:-9], "in the middle of its compressed data"),
        (packed(END)[:-4] + b"\0\0\0\0", "damaged"),
        (packed(END) + b"rubbish", "damaged"),
        (gzip.compress(dump(END)[:-40]), "cut off"),
        (dump(END)[:-1], "cut off"),
        (dump(END)[:-1] + b"}", "cut off, or is not valid JSON"),
        (dump(END) + b"[]", "not valid JSON"),
        (dump(END).replace(b"naive", b"x").replace("注".encode(), b"\xff\xfe"), "not valid JSON"),
        (b"[]", "no links"),
        (b'{"links": [1]}', "no links"),
        (dump(link("junk", "tf")), "None of the dump's 1 links can be dated"),
    ],
)
def test_a_broken_dump_is_refused_in_one_sentence(body: bytes, why: str) -> None:
    with pytest.raises(SkipItem, match=why):
        read_file("papers_with_code", body)


def test_a_dump_that_unpacks_without_end_is_not_read_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_UNPACKED", 10_000)
    bomb = gzip.compress(dump(*(link(f"2505.{n:05}", "tf") for n in range(1_000))))
    with pytest.raises(SkipItem, match="more than 10,000 bytes when unpacked"):
        read_file("papers_with_code", bomb)


@pytest.mark.parametrize("filling", [b" ", b"["])
def test_one_entry_without_end_is_not_held_in_memory(filling: bytes) -> None:
    bomb = gzip.compress(b'[{"framework": "' + b"x" * 10 + b'", "a": ' + filling * 50_000_000)
    with pytest.raises(SkipItem, match="A single entry of the dump"):
        read_file("papers_with_code", bomb)


def test_too_many_links_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_LINKS", 2)
    with pytest.raises(SkipItem, match="more than 2 links"):
        read(*(link(f"2505.0000{n}", "tf") for n in range(3)))


def test_plain_and_compressed_dumps_give_the_same_figures(importing: Importing) -> None:
    links = [link("2505.00001", "pytorch"), link("2506.00001", "tf"), END]
    first, second = importing(packed(*links), dump(*links), name="links.json")
    assert (first.kind, first.status, second.status) == ("papers_with_code", "ok", "ok")
    assert first.new == first.observations > 0
    assert (second.new, second.revised, second.observations) == (0, 0, first.observations)


def test_a_newer_dump_revises_and_nothing_is_doubled(importing: Importing) -> None:
    old = [link("2505.00001", "pytorch"), link("2506.00001", "pytorch")]
    importing(packed(*old))
    (report,) = importing(packed(*old, link("2506.00002", "pytorch"), END), name="newer")
    assert report.revised > 0
    mine = [row for row in importing.rows("papers_with_code") if (row.system, row.definition) == ("pytorch", EVERY)]
    stored = {row.period_start: (row.value, row.status) for row in mine if row.metric == "implementations"}
    assert stored[JUNE] == (2, "ok")
    assert len(stored) == 4
