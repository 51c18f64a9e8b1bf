"""Signs and blanks of whole pages in Chinese, as the figures of a store make them."""

from pathlib import Path
from typing import Any

import pytest

from tests.dashboard.conftest import Opened
from tests.dashboard.test_views import words
from tests.language.blanks import wrong

VIEWS: list[tuple[str, dict[str, Any]]] = [
    ("overview", {}),
    ("adoption", {"point": "downloads~2025-10-01~2025-11-01"}),
    ("adoption", {"view": "index", "metric": ["stars", "commits"]}),
    ("adoption", {"view": "age"}),
    ("adoption", {"tab": "signals"}),
    ("capabilities", {}),
    ("speed", {}),
    ("speed", {"show": "workload"}),
    ("code", {}),
    ("ecosystem", {}),
    ("ecosystem", {"show": "timeline"}),
    ("claims", {}),
    ("choose", {}),
    ("data", {}),
]


@pytest.mark.parametrize(("page", "query"), VIEWS)
def test_a_page_in_chinese_has_full_width_signs_and_its_blanks(
    page: str, query: dict[str, Any], site: Opened, full_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FRAMESCOPE_HOME", str(full_home))
    monkeypatch.setenv("FRAMESCOPE_LANGUAGES", "en,zh-CN")
    app = site(page, lang="zh-CN", **query)
    assert not app.exception
    fields = [str(one.label) for one in [*app.expander, *app.tabs, *app.button, *app.selectbox, *app.multiselect]]
    heads = [str(name) for table in app.dataframe for name in table.value.columns]
    found = [one for text in [*words(app).splitlines(), *fields, *heads] for one in wrong(text)]
    assert not found, "\n".join(found)
