"""The pages Capabilities and Code in Chinese, on results made by hand: no English is left in what is shown."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.analysis.capabilities import column_name
from dashboard.analysis.code_sides import answer
from dashboard.analysis.cuda_offered import answer as cuda
from dashboard.analysis.platforms import platform_words
from db.read import ProbeColumn
from language.words import speaking
from tests.dashboard.conftest import Opened
from tests.dashboard.test_capabilities import NAMES
from tests.dashboard.test_capability_views import OLD, one, put
from tests.dashboard.test_code import put as put_program
from tests.dashboard.test_code import task, times
from tests.dashboard.test_cuda_offered import READ

CHINESE = re.compile("[\u4e00-\u9fff]")
PROSE = re.compile(r"\b[a-z]{2,}[,;:.]? [a-z]{2,}\b")
CODE = re.compile(r":material/\w+:|:\w+(?=\[)|`[^`]*`|\]\([^)]*\)|<[^>]*>|\b\w+(?:\.\w+)+|\b[0-9a-f]{32}\b")
UNREAD = {
    *(
        "id",
        "element_id",
        "form_id",
        "mime",
        "url",
        "icon",
        "language",
        "color",
        "arrow_data",
        "data",
        "styler",
        "type",
    ),
    *("page", "page_script_hash", "query_string", "anchor", "columns", "styles", "uuid", "display_values"),
}
"""What an element says to the browser and to nobody who reads."""
GAP = "never ran code written for TensorFlow 1"
SAID = "NEIN"
"""What programs and probes of these tests say and print: text of others."""
NAMES_KEPT = {
    *("PyTorch", "TensorFlow", "Keras", "JAX", "Python", "English", "Framescope", "CSV", "JSON", SAID),
    *("eager", "jit", "compile", "function", "xla", "pytorch", "tensorflow", "keras", "jax", "cpu"),
}
RESULTS = [
    one("jacobian", "pytorch", "eager", "pass"),
    one(
        "jacobian", "tensorflow", "eager", "fail", message=SAID, output=SAID, first={"state": "error", "message": SAID}
    ),
    one("higher_derivatives", "tensorflow", "eager", "error", message=SAID),
    one("tf1_code", "pytorch", "any", "not_applicable", message=GAP, code="", seconds=None),
    one("stablehlo", "tensorflow", "any", "not_run", seconds=None),
    one("jacobian", "jax", "jit", "pass"),
    one("jacobian", "jax", "eager", "pass"),
    one("jacobian", "jax", "jit", "fail", version=OLD),
    one("complex_numbers", "jax", "any", "pass", version=OLD),
]


@pytest.fixture
def chinese(site: Opened, new_home: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    """Opens a page of an empty site in Chinese."""
    monkeypatch.setenv("FRAMESCOPE_LANGUAGES", "en,zh-CN")
    return lambda page, /, **query: site(page, lang="zh-CN", **query)


def shown(app: AppTest) -> list[str]:
    """Every text of a page without its code: of Markdown, of fields with their choices and hints, and of tables."""
    found: list[str] = []
    for element in _elements(app.main):
        found += _texts(element.proto) if element.type != "code" else ()
    for table in app.dataframe:
        heads = [part for name in table.value.columns for part in (name if isinstance(name, tuple) else (name,))]
        found += [str(each) for each in (*heads, *table.value.to_numpy().ravel()) if isinstance(each, str)]
    return [CODE.sub(" ", text.replace("\\", "")) for text in found]


def _elements(block: Any) -> Iterator[Any]:
    for child in block.children.values():
        yield child
        yield from _elements(child) if hasattr(child, "children") else ()


def _texts(message: Any) -> Iterator[str]:
    """The strings of a message to the browser, and of those within it."""
    for field, value in message.ListFields():
        if field.name not in UNREAD:
            for each in value if hasattr(value, "extend") else (value,):
                yield from _texts(each) if hasattr(each, "ListFields") else [each] if isinstance(each, str) else ()


def english(texts: list[str]) -> list[str]:
    """The texts that hold a piece of English prose, and those that are nothing but words nobody calls a name."""
    return [text for text in texts if PROSE.search(text) or (not CHINESE.search(text) and _strange(text))]


def _strange(text: str) -> set[str]:
    return set(re.findall(r"[A-Za-z]{2,}", text)) - NAMES_KEPT


def test_a_site_without_results_says_in_chinese_what_to_do(chinese: Opened) -> None:
    app = chinese("capabilities")
    assert not app.exception
    assert "还没有探测过任何能力" in app.title[0].value
    assert english(shown(app)) == []
    app = chinese("code")
    assert "尚未在此运行" in str(app.dataframe[0].value.to_numpy())
    assert english(shown(app)) == []


@pytest.mark.parametrize(
    ("cell", "says", "because"),
    [
        ("jacobian~eager~tensorflow~2.21.0~~cpu", "✗ 未通过：函数的雅可比矩阵", SAID),
        (
            "tf1_code~any~pytorch~2.13.0~~cpu",
            "– 不适用：为 TensorFlow 1 编写的代码",
            "从未运行过为 TensorFlow 1 编写的代码",
        ),
        ("stablehlo~any~tensorflow~2.21.0~~cpu", "○ 未运行：StableHLO 输出", "def tensorflow(): ..."),
    ],
)
def test_the_matrix_and_the_evidence_of_a_cell_are_in_chinese(
    cell: str, says: str, because: str, chinese: Opened
) -> None:
    put(*RESULTS)
    app = chinese("capabilities", cell=cell, axis="gradientss")
    assert not app.exception
    assert says in [one.value.replace("\\", "") for one in app.header]
    assert because in [block.value for block in app.code], "ours in Chinese, what the framework said as it is"
    assert any("gradients" in one.value and "地址参数" in one.value for one in app.warning)
    assert english(shown(app)) == []


def test_filters_and_search_read_chinese_and_write_slugs(chinese: Opened) -> None:
    put(*RESULTS)
    app = chinese("capabilities", q="雅可比", axis="gradients")
    assert [row[0] for row in app.dataframe[0].value.to_numpy()] == ["≠ 求导", "函数的雅可比矩阵"]
    assert app.query_params["axis"] in ("gradients", ["gradients"])
    app.session_state["capability-filters"] = True
    app.run()
    assert "类别" in shown(app), "the filters are open"
    assert english(shown(app)) == []


def test_what_changed_between_two_versions_is_in_chinese(chinese: Opened) -> None:
    put(*RESULTS)
    app = chinese("capabilities", show="changes")
    assert "JAX 0.6.2 → JAX 0.10.2：1 个单元格有变化" in [one.value.replace("\\", "") for one in app.header]
    assert english(shown(app)) == []


def test_programs_and_what_they_came_to_are_in_chinese(chinese: Opened, new_home: Path) -> None:
    put_program(new_home, "small_cnn", "jax", output=SAID, names=["a"])
    put_program(new_home, "small_cnn", "keras", code="print(1)\n", output="", message=SAID)
    put_program(new_home, "small_cnn", "pytorch", state="error", versions={}, beside=SAID, first_result_s=None)
    app = chinese("code", task="small_cnn", system=["jax", "keras", "pytorch"])
    assert not app.exception
    assert "✓ 已完成并通过检查（旧版代码）" in str(app.dataframe[0].value.to_numpy())
    assert english(shown(app)) == []
    app = chinese("code", task="onnx_export", system=["keras", "jax"], view="difference")
    assert english(shown(app)) == []
    app = chinese("code", task="onnx_export", system=["keras", "jax"], view="sidee")
    assert any("JAX 没有 ONNX 导出器" in one.value.replace("\\", "") for one in app.markdown)
    assert english(shown(app)) == []


def test_sentences_order_their_parts_as_chinese_does() -> None:
    with speaking("zh-CN"):
        both = answer([task("a", 2, 9, 3, 9), task("b", 5, 9, 3, 9)], times("a", 2.0, 7.0, 7.0, 1.0), NAMES)
        keras = ProbeColumn("keras.jax", "3.15.1", "0.10.2", "cuda")
        assert both.startswith("四个框架都能完成的 2 个任务中，PyTorch 和 Keras 各有 1 个行数最少；")
        assert column_name(keras, NAMES) == "Keras 3.15.1（JAX 0.10.2 后端） · cuda"
        assert cuda(READ, {"jax": "JAX"}).startswith("JAX 0.10：CUDA 12 和 13；")
        assert [platform_words(tag) for tag in ("any", "win32", "win_amd64")] == [
            *("任意平台", "Windows 32 位", "Windows x86_64")
        ]
