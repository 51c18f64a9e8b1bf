"""What is owed to a source, in the reader's language: a licence by its own name, words of ours in the reader's."""

import re

import pytest

from catalog.load import load_catalog
from dashboard.sections.attribution import UNSTATED, credit
from dashboard.sections.frame import table_px
from language.words import speaking


def test_what_the_catalogue_says_of_no_licence_is_what_is_translated() -> None:
    catalog = load_catalog()
    licences = {one.licence for one in catalog.origins.values()} | {one.licence for one in catalog.sources.values()}
    assert {licence for licence in licences if re.search("[a-z]{4}.* [a-z]{4}|^metadata", licence)} == set(UNSTATED)


def test_a_credit_in_chinese_has_no_english_but_names() -> None:
    catalog = load_catalog()
    with speaking("zh-CN"):
        owed = credit(catalog, "history.top-pypi-packages").markdown
        named = credit(catalog, "history.best-of-ml-python").markdown
    assert re.fullmatch(r"\[Top PyPI Packages\]\(https://\S+\)，未声明许可；数字属于事实，请注明出处", owed), owed
    assert "CC-BY-SA-4.0" in named.replace("\\", "")
    assert credit(catalog, "history.top-pypi-packages").markdown.endswith(
        "), none stated; figures are facts, credit the origin"
    )


@pytest.mark.parametrize(("rows", "most", "pixels"), [(0, 500, 75), (1, 500, 75), (3, 500, 141), (90, 500, 500)])
def test_a_table_is_as_tall_as_its_rows_up_to_a_limit(rows: int, most: int, pixels: int) -> None:
    assert table_px(rows, most) == pixels
