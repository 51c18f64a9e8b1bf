"""Items by the catalogue's names: each once, the first name of a system its headline."""

from datetime import UTC, date, datetime

from catalog.load import load_catalog
from catalog.models import System
from collectors.named import one_each, total_today
from collectors.source import Context, Request


def system(slug: str, *conda: str) -> System:
    return load_catalog().systems["pytorch"].model_copy(update={"slug": slug, "conda": conda})


def test_a_name_of_two_systems_is_asked_for_once_and_the_first_of_each_is_its_headline() -> None:
    request = Request("http://a/", [system("one", "c/a", "c/b"), system("two", "c/b", "c/d"), system("none")])
    items = one_each(request, lambda each: each.conda)
    assert [(item.name, item.system) for item in items] == [("c/a", "one"), ("c/b", "one"), ("c/d", "two")]
    totals = [total_today("stars", 5, Context(item, "http://a/", datetime(2026, 11, 21, tzinfo=UTC))) for item in items]
    assert [(total.definition, total.primary) for total in totals] == [("c/a", True), ("c/b", False), ("c/d", False)]
    assert {(total.value, total.period_start, total.period_end) for total in totals} == {
        (5, date(2026, 11, 21), date(2026, 11, 22))
    }
