"""The rules of the house that no type checker sees: layout, imports, first lines, lengths, the wheel, hosts."""

import ast
import importlib
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("catalog", "collectors", "dashboard", "db", "framescope", "language", "verdicts")
FRAMEWORKS = {"torch", "tensorflow", "jax", "jaxlib", "keras"}
BROUGHT_BY = {"tensorflow": "tensorflow-cpu", "jaxlib": "jax"}  # the same modules under another name
PROTOCOL_MEMBER = ": ...  # " + "noqa: D102"
PROGRAMS = ("collectors", "tasks", "programs")
"""Where the programs of the tasks lie, each in a folder of its task: shown, copied and run, never imported."""
LONGEST = 400
LONGER_FOR_A_REASON: dict[str, str] = {}
# Assembled, because this file is searched too.
REGISTRIES = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("deb", "debian", "org"),
        ("download", "pytorch", "org"),
        ("conda", "anaconda", "org"),
    )
)


@cache
def repository_files() -> tuple[Path, ...]:
    """Give the files git tracks or would track, relative to the root."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]  # git as the developer has it
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout: " + listed.stderr.strip())
    return tuple(sorted(Path(name) for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()))


def sources(*folders: str) -> list[Path]:
    return [path for path in repository_files() if path.suffix == ".py" and path.parts[0] in folders]


def is_program(path: Path) -> bool:
    """Tell a program of a task from the modules around it."""
    return path.parts[:3] == PROGRAMS and path.name != "__init__.py"


def tree(path: Path) -> ast.Module:
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), filename=str(path))


def imported(node: ast.AST) -> Iterator[str]:
    """Give the top-level names an import statement brings in; nothing for other nodes."""
    if isinstance(node, ast.Import):
        yield from (alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
        yield node.module.partition(".")[0]


def at_module_level(module: ast.Module) -> Iterator[ast.AST]:
    """Give the nodes that run when the module is imported: all but bodies of functions and of `if TYPE_CHECKING`."""
    waiting: list[ast.AST] = list(module.body)
    while waiting:
        node = waiting.pop()
        typing_only = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) or typing_only:
            continue
        yield node
        waiting.extend(ast.iter_child_nodes(node))


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_comes_from_this_checkout(package: str) -> None:
    assert Path(str(importlib.import_module(package).__file__)).is_relative_to(ROOT / package)


def test_every_folder_with_code_is_a_package() -> None:
    folders = {folder for path in sources(*PACKAGES, "tests") for folder in path.parents if folder.parts}
    without = sorted(str(folder) for folder in folders if not (ROOT / folder / "__init__.py").exists())
    assert not without, f"invisible to import-linter without an __init__.py: {without}"


def test_nothing_in_dashboard_hides_a_package() -> None:
    # `streamlit run dashboard/app.py` puts dashboard/ first on the path.
    names = {entry.stem for entry in (ROOT / "dashboard").iterdir() if not entry.name.startswith("__")}
    taken = {*PACKAGES, "tests", *sys.stdlib_module_names, *packages_distributions()}
    assert not names & taken


def test_the_import_contracts_hold() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([str(linter), "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_file_says_in_its_first_line_what_it_is_for() -> None:
    silent = [
        str(path) for path in sources(*PACKAGES, "tests", "scripts", "benchmarks") if not ast.get_docstring(tree(path))
    ]
    commented = [
        path
        for path in repository_files()
        if path.suffix in {".toml", ".yaml"} or path.name in {"Makefile", "Dockerfile"}
    ]
    silent += [str(path) for path in commented if not (ROOT / path).read_text(encoding="utf-8").startswith("# ")]
    assert not silent


def test_no_module_grows_beyond_what_one_reads_in_a_sitting() -> None:
    code = sources(*PACKAGES, "tests", "scripts", "benchmarks")
    lengths = {str(path): len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in code}
    too_long = {name: lines for name, lines in lengths.items() if lines > LONGEST and name not in LONGER_FOR_A_REASON}
    assert not too_long
    assert not [name for name in LONGER_FOR_A_REASON if lengths.get(name, 0) <= LONGEST], "no longer an exception"


def test_frameworks_are_imported_inside_functions_of_the_harness_and_the_probes_only() -> None:
    elsewhere = []
    for path in sources(*PACKAGES):
        if is_program(path):
            continue
        module = tree(path)
        early = {name for node in at_module_level(module) for name in imported(node)} & FRAMEWORKS
        late = {name for node in ast.walk(module) for name in imported(node)} & FRAMEWORKS
        allowed = path.parts[:2] in {("collectors", "bench"), ("collectors", "probes")}
        elsewhere += [f"{path}: {name}" for name in (early if allowed else late | early)]
    assert not elsewhere


def test_every_third_party_import_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    site, extras = names(project["dependencies"]), project["optional-dependencies"]
    bench = names(extras["bench"]) | names(extras["probes"]) | names(extras["cluster"])
    dev = names(extras["dev"])
    undeclared = sorted(undeclared_in(sources(*PACKAGES), site | bench))
    undeclared += sorted(undeclared_in(sources("tests", "scripts", "benchmarks"), site | bench | dev))
    assert not undeclared


def names(requirements: list[str]) -> set[str]:
    return {canonicalize_name(Requirement(line).name) for line in requirements}


def undeclared_in(paths: list[Path], declared: set[str]) -> set[str]:
    """Give `file: module` for each import that no declared distribution provides."""
    known, found = packages_distributions(), set()
    ours = {*PACKAGES, "tests", *(path.stem for path in sources("scripts", "benchmarks")), *sys.stdlib_module_names}
    for path in paths:
        for name in {name for node in ast.walk(tree(path)) for name in imported(node)} - ours:
            providers = {canonicalize_name(provider) for provider in known.get(name, [name])}
            if not (providers | {BROUGHT_BY.get(name, name)}) & declared:
                found.add(f"{path}: {name}")
    return found


def test_the_wheel_holds_the_six_packages_with_their_data_and_nothing_else(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    (wheel,) = tmp_path.glob("framescope-*.whl")
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert held == {path.as_posix() for path in repository_files() if path.parts[0] in PACKAGES}
    assert {"catalog/systems.toml", "db/migrations/script.py.mako", "dashboard/.streamlit/config.toml"} <= held


def test_no_file_names_the_host_of_a_package_registry() -> None:
    found = []
    for path in repository_files():
        text = (ROOT / path).read_bytes().decode("utf-8", errors="replace")
        found += [f"{path}: {host}" for host in REGISTRIES if re.search(rf"(?<![\w-]){re.escape(host)}", text)]
    assert not found


def test_the_site_never_writes_raw_html() -> None:
    word = "unsafe_" + "allow_html"
    assert not [str(path) for path in sources("dashboard") if word in (ROOT / path).read_text(encoding="utf-8")]


def test_every_silenced_check_gives_its_reason() -> None:
    # A protocol's member without a docstring explains itself.
    bare = re.compile(r"#\s*(noqa(: *[A-Z0-9, ]+)?|type: *ignore(\[[^]]*\])?)\s*$")
    silenced = []
    for path in sources(*PACKAGES, "tests", "scripts", "benchmarks"):
        lines = (ROOT / path).read_text(encoding="utf-8").splitlines()
        kept = [(number, line) for number, line in enumerate(lines, start=1) if not line.endswith(PROTOCOL_MEMBER)]
        silenced += [f"{path}:{number}" for number, line in kept if bare.search(line)]
    assert not silenced
