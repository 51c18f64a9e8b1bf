"""Loading: adding is editing, and whatever is wrong is named by file, entry and field."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from catalog.errors import CatalogError
from catalog.history import parse_series, read_origin
from catalog.load import DIRECTORY, load_catalog
from catalog.models import Break, Metric

NEW = """
[[system]]
slug = "burn"
name = "Burn"
role = "framework"
github = "tracel-ai/burn"
pypi = ["burn", "burn-extra"]
"""


def add(directory: Path, file: str, text: str) -> None:
    path = directory / file
    path.write_text(path.read_text(encoding="utf-8") + "\n" + text, encoding="utf-8")


def change(directory: Path, file: str, old: str, new: str) -> None:
    path = directory / file
    content = path.read_text(encoding="utf-8")
    assert content.count(old) >= 1
    path.write_text(content.replace(old, new, 1), encoding="utf-8")


def test_adding_a_framework_is_editing_data(copy: Path) -> None:
    assert "burn" not in load_catalog(copy).systems
    add(copy, "systems.toml", NEW)
    system = load_catalog(copy).systems["burn"]
    assert (system.name, system.github, system.pypi) == ("Burn", ("tracel-ai/burn",), ("burn", "burn-extra"))
    assert system.shown
    assert system.npm == ()


def test_the_examples_of_the_documentation_work(copy: Path) -> None:
    docs = DIRECTORY.parent / "docs"
    (system,) = re.findall(r"```toml\n(.*?)```", (docs / "adding-a-system.md").read_text(encoding="utf-8"), re.DOTALL)
    add(copy, "systems.toml", system)
    assert load_catalog(copy).systems["burn"].pypi == ("burn", "burn-extra")
    text = (docs / "adding-a-metric.md").read_text(encoding="utf-8")
    metric, cut = (tomllib.loads(block) for block in re.findall(r"```toml\n(.*?)```", text, re.DOTALL))
    assert Metric.model_validate(metric["metric"][0]) == load_catalog().metrics["watchers"]
    assert Break.model_validate(cut["break"][0]) in load_catalog().breaks


def test_the_example_table_of_the_documentation_can_be_read() -> None:
    text = (DIRECTORY.parent / "docs" / "adding-a-metric.md").read_text(encoding="utf-8")
    (table,) = re.findall(r"```\n(start,end.*?)```", text, re.DOTALL)
    real = {row for row in read_origin("github-ranking") if row.metric == "stars"}
    assert set(parse_series(table.encode(), "adding-a-metric.md")) <= real


def test_the_packaged_catalogue_is_read_once() -> None:
    assert load_catalog() is load_catalog()


def test_a_copy_says_the_same_as_the_packaged_one(copy: Path) -> None:
    assert load_catalog(copy) == load_catalog()


def test_entries_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_catalog().systems["pytorch"].name = "PyTorch 2"


BROKEN = {
    "an unknown field": ("systems.toml", NEW + 'colour = "red"\n', "burn", "colour", "is not a field"),
    "a missing field": ("systems.toml", '[[system]]\nslug = "burn"\nrole = "api"\n', "burn", "name", "is required"),
    "a wrong type": ("systems.toml", NEW + "note = 7\n", "burn", "note", "valid string"),
    "a slug that is none": ("systems.toml", NEW.replace('"burn"', '"Burn!"', 1), "Burn!", "slug", "pattern"),
    "a slug twice": ("systems.toml", NEW.replace('"burn"', '"jax"', 1), "jax", "slug", "earlier entry"),
    "an entry without a slug": ("systems.toml", '[[system]]\nname = "B"\nrole = "api"\n', "61", "slug", "is required"),
    "an unknown role": ("systems.toml", NEW.replace("framework", "framwork"), "burn", "role", "did you mean framework"),
    "a served system that is none": ("systems.toml", NEW + 'serves = "torch"\n', "burn", "serves", "'torch' is no"),
    "a successor that is none": ("systems.toml", NEW + 'successor = "x"\n', "burn", "successor", "'x' is no system"),
    "a whole that is none": ("systems.toml", NEW + 'part_of = "x"\n', "burn", "part_of", "'x' is no system"),
    "a metric's source that is none": (
        "metrics.toml",
        '[[metric]]\nslug = "m"\ntitle = "M"\nunit = "u"\nkind = "share"\nroll_up = "mean"\nmeans = "x"\n'
        'not_means = "y"\nsources = ["gihub"]\n',
        "m",
        "sources",
        "did you mean github",
    ),
    "a claim's article that is none": (
        "claims.toml",
        '[[claim]]\nid = "c"\narticle = "nobody"\ntopic = "speed"\nsays = "x"\ncheck = "series"\n',
        "c",
        "article",
        "'nobody' is no article",
    ),
    "a weighed criterion that is none": (
        "situations.toml",
        '[[situation]]\nslug = "s"\ntitle = "t"\nasks = "a"\nwhy = "w"\n'
        'weigh = [{ criterion = "downlods", weight = 1, why = "y" }]\n',
        "s",
        "weigh",
        "did you mean downloads",
    ),
    "a weight over ten": (
        "situations.toml",
        '[[situation]]\nslug = "s"\ntitle = "t"\nasks = "a"\nwhy = "w"\n'
        'weigh = [{ criterion = "downloads", weight = 11, why = "y" }]\n',
        "s",
        "weigh.0.weight",
        "less than or equal to 10",
    ),
    "a situation that weighs nothing": (
        "situations.toml",
        '[[situation]]\nslug = "s"\ntitle = "t"\nasks = "a"\nwhy = "w"\n'
        'weigh = [{ criterion = "downloads", weight = 0, why = "y" }]\n',
        "s",
        "",
        "gives no criterion any weight",
    ),
    "a milestone's system that is none": (
        "milestones.toml",
        '[[milestone]]\nsystem = "torchh"\ndate = "2020"\ntitle = "t"\nkind = "release"\nurl = "https://a.b"\n'
        'seen = "quoted"\n',
        "144",
        "system",
        "'torchh' is no system",
    ),
    "a milestone of nothing": (
        "milestones.toml",
        '[[milestone]]\ndate = "2020"\ntitle = "t"\nkind = "release"\nurl = "https://a.b"\nseen = "quoted"\n',
        "144",
        "",
        "name a system or a source",
    ),
    "a life told by a release": (
        "milestones.toml",
        '[[milestone]]\nsystem = "jax"\ndate = "2020"\ntitle = "t"\nkind = "release"\nurl = "https://a.b"\n'
        'seen = "quoted"\nlife = "ended"\n',
        "144",
        "",
        "life belongs to a system's deprecation",
    ),
}


@pytest.mark.parametrize(("file", "text", "entry", "field", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_an_error_names_file_entry_and_field(
    copy: Path, file: str, text: str, entry: str, field: str, message: str
) -> None:
    add(copy, file, text)
    with pytest.raises(CatalogError) as caught:
        load_catalog(copy)
    error = caught.value
    assert (error.file, error.entry, error.field) == (file, entry, field)
    assert message in error.message
    assert all(part in str(error) for part in (file, entry, field, error.message))


@pytest.mark.parametrize(
    ("file", "entry", "field"),
    [("breaks.toml", "arxiv-refusals-2026", "date"), ("milestones.toml", "1", "date"), ("adopters.toml", "1", "date")],
)
def test_a_bad_date_is_named_with_its_entry(copy: Path, file: str, entry: str, field: str) -> None:
    content = (copy / file).read_text(encoding="utf-8")
    first = content[content.index('\ndate = "') : content.index("\n", content.index('\ndate = "') + 1)]
    change(copy, file, first, '\ndate = "2020-13"')
    with pytest.raises(CatalogError, match="2020-13") as caught:
        load_catalog(copy)
    assert (caught.value.file, caught.value.entry, caught.value.field) == (file, entry, field)


@pytest.mark.parametrize("field", ["sources", "metrics", "systems"])
def test_a_break_of_something_unknown_is_refused(copy: Path, field: str) -> None:
    content = (copy / "breaks.toml").read_text(encoding="utf-8")
    first = content.index(f"\n{field} = ")
    line = content[first : content.index("\n", first + 1)]
    change(copy, "breaks.toml", line, f'\n{field} = ["nonsense"]')
    with pytest.raises(CatalogError, match="nonsense") as caught:
        load_catalog(copy)
    assert (caught.value.file, caught.value.entry, caught.value.field) == (
        "breaks.toml",
        "arxiv-refusals-2026",
        field,
    )


def test_a_syntax_error_names_the_line(copy: Path) -> None:
    (copy / "metrics.toml").write_text('# x\n[[metric]]\nslug = "a\n', encoding="utf-8")
    with pytest.raises(CatalogError, match=r"metrics\.toml: is not valid TOML: .*line 3"):
        load_catalog(copy)


def test_a_table_of_another_name_is_refused(copy: Path) -> None:
    add(copy, "metrics.toml", "[[metrics]]\nslug = 'a'\n")
    with pytest.raises(CatalogError) as caught:
        load_catalog(copy)
    assert (caught.value.file, caught.value.field) == ("metrics.toml", "metrics")
    (copy / "metrics.toml").write_text("metric = 3\n", encoding="utf-8")
    with pytest.raises(CatalogError, match="must be a list of tables"):
        load_catalog(copy)


def test_a_missing_file_and_an_unreadable_one_are_named(copy: Path) -> None:
    (copy / "claims.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(CatalogError, match=r"claims\.toml: cannot be read"):
        load_catalog(copy)
    (copy / "claims.toml").unlink()
    with pytest.raises(CatalogError, match=r"claims\.toml: cannot be read"):
        load_catalog(copy)


def test_an_origin_goes_by_its_file_name(copy: Path) -> None:
    change(copy, "history/star-lists.toml", 'slug = "star-lists"', 'slug = "stars"')
    with pytest.raises(CatalogError, match="must be the file's name, star-lists"):
        load_catalog(copy)


def test_words_for_arxiv_come_with_a_pattern_that_can_be_used(copy: Path) -> None:
    add(copy, "systems.toml", '[[system]]\nslug = "burn"\nname = "Burn"\nrole = "framework"\narxiv = "burn"\n')
    with pytest.raises(CatalogError, match="belong together"):
        load_catalog(copy)
    change(copy, "systems.toml", 'arxiv = "burn"\n', 'arxiv = "burn"\narxiv_pattern = "(Burn"\n')
    with pytest.raises(CatalogError, match="arxiv_pattern") as caught:
        load_catalog(copy)
    assert "unterminated subpattern" in caught.value.message
