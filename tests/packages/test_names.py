"""Public names by the rule: what counts, what does not, what is deprecated, what stays unseen."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from collectors.errors import SkipItem
from collectors.packages.layouts import BY_FRAMEWORK, Layout
from collectors.packages.names import public_names
from collectors.packages.tree import MOST_FILE, InstalledTree, Wheel, WheelTree
from tests.fakes.wheels import zipped

LAYOUT = Layout("pytorch", ("made",), (("made", "made"),))
Made = Callable[..., WheelTree]


@pytest.fixture
def made(tmp_path: Path) -> Made:
    def build(**files: str) -> WheelTree:
        paths = {name.replace("__", "/") + ".py": text for name, text in files.items()}
        paths = {path.replace("made/init.py", "made/__init__.py"): text for path, text in paths.items()}
        file = tmp_path / "made.whl"
        file.write_bytes(zipped(paths))
        wheel = Wheel("made", "1.0", file.name, "", 1, "ab" * 32, None)
        return WheelTree(wheel, tmp_path / "kept.zip", lambda: zipfile.ZipFile(file))

    return build


def names(tree: WheelTree, layout: Layout = LAYOUT) -> dict[str, list[str]]:
    found: dict[str, list[str]] = public_names(tree, layout)["names"]
    return found


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("def f(): ...\nclass C: ...\nx = 1\n_y = 2\nimport os", ["C", "f", "x"]),
        ("__all__ = ['f']\ndef f(): ...\ndef g(): ...", ["f"]),
        ("__all__ = ['f'] + ['g']\n__all__ += ['h']\n__all__.extend(['i'])\n__all__.append('j')\n"
         "__all__.remove('f')\nf = g = h = i = j = 1", ["g", "h", "i", "j"]),
        ("from os import path as path\nfrom os import sep\nimport sys as sys", ["path", "sep", "sys"][:1]),
        ("f = 1\ndel f\ng = 2", ["g"]),
        ("try:\n    a = 1\nexcept ImportError:\n    b = 2\nelse:\n    c = 3\nif True:\n    d, (e, _f) = 1, (2, 3)",
         ["a", "b", "c", "d", "e"]),
        ("from made.other import *", ["shown"]),
        ("__all__ = ['own']\nown = 1\n__all__.extend(n for n in dir())\nfrom made.other import *", ["own", "shown"]),
    ],
)  # fmt: skip
def test_a_module_offers_what_the_rule_says(text: str, public: list[str], made: Made) -> None:
    tree = made(made__init="", made__m=text, made__other="shown = 1\n_hidden = 2")
    found = names(tree)["made.m"]
    assert [name for name in found if name != "sys"] == public


def test_modules_behind_an_underscore_and_tests_are_not_public(made: Made) -> None:
    own = "from made._own import shown, _not\nfrom made import m\nfrom os import sep"
    hidden = {"made___own": "shown = 1\nother = 2", "made__tests__t": "y = 1", "made__m_test": "z = 1"}
    tree = made(made__init=own, made__m="x = 1", **hidden)
    assert names(tree) == {"made": ["shown"], "made.m": ["x"]}


def test_a_package_that_marks_its_exports_is_taken_at_its_word(made: Made) -> None:
    tree = made(made__init="from made._own import a as a, b", made___own="a = b = 1")
    assert names(tree) == {"made": ["a"]}


def test_aliases_count_each_time_and_once_as_what_they_are(made: Made) -> None:
    tree = made(made__init="from made.m import f, f as g", made__m="def f(): ...\nh = f")
    found = public_names(tree, LAYOUT)
    assert found["names"] == {"made": ["f", "g"], "made.m": ["f", "h"]}
    assert found["distinct"] == 1


def test_what_is_marked_as_deprecated_is_told_wherever_it_is_offered(made: Made) -> None:
    text = """
import warnings
@deprecated("old")
def a(): ...
def b():
    warnings.warn("old", FutureWarning, stacklevel=2)
def c(x):
    if x:
        warnings.warn("only then", DeprecationWarning)
def d():
    warnings.warn("look out", UserWarning)
_deprecations = {"e": ("old", a), "gone": ("removed", None)}
"""
    found = public_names(made(made__init="from made.m import a", made__m=text), LAYOUT)
    assert found["deprecated"] == ["made.a", "made.m.a", "made.m.b", "made.m.e"]
    assert "gone" not in found["names"]["made.m"]


def test_what_the_files_cannot_show_is_named(made: Made) -> None:
    tree = made(made__init="def __getattr__(name): ...", made__m="globals().update(x=1)", made__n="def f(:\n",
                made__o="__all__ = [n for n in dir()]")  # fmt: skip
    found = public_names(tree, LAYOUT)
    assert found["dynamic"] == {"made": ["__getattr__"], "made.m": ["globals()"], "made.o": ["__all__"]}
    assert list(found["unreadable"]) == ["made.n"]


def test_imports_that_go_round_end(made: Made) -> None:
    tree = made(
        made__init="from made.m import *", made__m="from made.n import *\nx = 1", made__n="from made.m import *"
    )
    assert names(tree)["made.m"] == ["x"]


def test_tensorflow_is_read_from_the_interface_that_it_generates(tmp_path: Path) -> None:
    files = {
        "tensorflow/__init__.py": "",
        "tensorflow/python/ops.py": "def add(): ...\ndef hidden(): ...",
        "tensorflow/_api/v2/__init__.py": "",
        "tensorflow/_api/v2/v2.py": "from tensorflow.python.ops import add\nfrom tensorflow._api.v2 import nn",
        "tensorflow/_api/v2/nn/__init__.py": "from tensorflow.python.ops import add as plus # line: 1",
    }
    (tmp_path / "a.whl").write_bytes(zipped(files))
    wheel = Wheel("tensorflow", "2.0", "a.whl", "", 1, "ab" * 32, None)
    tree = WheelTree(wheel, tmp_path / "kept.zip", lambda: zipfile.ZipFile(tmp_path / "a.whl"))
    assert names(tree, BY_FRAMEWORK["tensorflow"]) == {"tf.nn": ["plus"], "tf": ["add"]}
    with pytest.raises(SkipItem, match="none of the folders"):
        names(tree, BY_FRAMEWORK["jax"])


@pytest.mark.parametrize("framework", sorted(BY_FRAMEWORK))
def test_the_installed_interface_holds_what_everybody_uses(framework: str) -> None:
    known = {
        "pytorch": ("torch", {"matmul", "Tensor", "compile", "float32"}),
        "tensorflow": ("tf", {"matmul", "Tensor", "function", "float32"}),
        "keras": ("keras", {"Model", "Sequential", "Input"}),
        "jax": ("jax", {"jit", "grad", "vmap"}),
    }
    layout = BY_FRAMEWORK[framework]
    for package in layout.packages:
        try:
            tree = InstalledTree(package)
        except SkipItem:
            continue
        found = public_names(tree, layout)
        namespace, expected = known[framework]
        assert expected <= set(found["names"][namespace])
        assert sum(map(len, found["names"].values())) > 1_000
        assert not found["unreadable"]
        return
    pytest.skip(f"{framework} is not installed here")


def test_a_file_that_is_too_large_is_refused(made: Made) -> None:
    tree = made(made__init="x = 1", made__m="#" * (MOST_FILE + 1))
    with pytest.raises(SkipItem, match="larger than"):
        names(tree)


def test_a_package_that_is_not_installed_says_so() -> None:
    with pytest.raises(SkipItem, match="is not installed here"):
        InstalledTree("no-such-package-of-anybody")
