"""The house: make, the lock, the Dockerfile, the browser finder and the tests' own environment do what they say."""

import importlib.util
import os
import shutil
import stat
import subprocess
import sys
import tomllib
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], ModuleType]:
    """Import a file of scripts/ by name, with its neighbours importable as they are when it runs."""
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))

    def load(name: str) -> ModuleType:
        spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        monkeypatch.setitem(sys.modules, name, module)
        spec.loader.exec_module(module)
        return module

    return load


def make(*words: str, path: str | None = None) -> "subprocess.CompletedProcess[str]":
    program = shutil.which("make")
    assert program is not None
    environment = {"PATH": path or os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    return subprocess.run([program, *words], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "target",
    [
        "run",
        "test",
        "lint",
        "format",
        "shots",
        "pictures",
        "clean",
        "setup",
        "bench",
        "bench-harness",
        "calls",
        "soak",
        "lock",
    ],
)
def test_make_knows_the_target_and_its_help_names_it(target: str) -> None:
    assert make("-n", target).returncode == 0
    assert f"make {target} " in make("help").stdout


def test_make_without_a_python_says_what_to_do(tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    result = make("setup", f"VENV={tmp_path / 'venv'}", path=str(tools))
    assert result.returncode != 0
    assert "Python 3.11 or newer" in result.stderr
    assert "make PYTHON=" in result.stderr


def test_make_passes_over_a_python_that_does_not_run(tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for name, body in {"python3.11": "exit 127", "python3.12": f'exec {sys.executable} "$@"'}.items():
        program = tools / name
        program.write_text(f"#!/bin/sh\n{body}\n")
        program.chmod(stat.S_IRWXU)
    dry = make("-n", "setup", f"VENV={tmp_path / 'venv'}", path=str(tools)).stdout
    assert '"python3.12" -m venv' in dry


def test_make_refuses_a_python_that_is_too_old_before_it_makes_anything(tmp_path: Path) -> None:
    old = tmp_path / "python"
    old.write_text(f"#!/bin/sh\nexec {sys.executable} -c 'import sys; sys.version_info = (3, 10); '\"$2\"\n")
    old.chmod(stat.S_IRWXU)
    result = make("setup", f"VENV={tmp_path / 'venv'}", f"PYTHON={old}")
    assert result.returncode != 0
    assert "is not Python 3.11 or newer" in result.stderr
    assert not (tmp_path / "venv").exists()


def test_cleaning_keeps_the_data_and_the_environment() -> None:
    recipe = make("-n", "clean").stdout
    assert "rm -rf" in recipe
    assert not {"data", "data/", ".venv"} & set(recipe.split())


def test_every_requirement_is_locked_to_one_exact_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    wanted = [
        *project["project"]["dependencies"],
        *extras["bench"],
        *extras["gpu"],
        *extras["dev"],
        *project["build-system"]["requires"],
    ]
    locked = [Requirement(line) for line in lock_lines()]
    assert all([spec.operator for spec in pin.specifier] == ["=="] for pin in locked)
    missing = {canonicalize_name(Requirement(line).name) for line in wanted} - {
        canonicalize_name(pin.name) for pin in locked
    }
    assert not missing, f"run make lock: {sorted(missing)}"


def test_the_tests_run_with_the_locked_versions() -> None:
    pins = [pin for pin in map(Requirement, lock_lines()) if pin.marker is None or pin.marker.evaluate()]
    off = []
    for pin in pins:
        try:
            here = version(pin.name)
        except importlib.metadata.PackageNotFoundError:
            continue  # needed on another platform only, or by a framework that was left out
        if not pin.specifier.contains(here.split("+")[0], prereleases=True):
            off.append(f"{pin} but {here} is installed")
    assert not off, "make setup (or make lock): " + "; ".join(off)


def lock_lines() -> list[str]:
    return [line for line in LOCK.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def test_install_goes_on_without_a_framework_that_cannot_be_had(
    script: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    install, asked = script("install"), []

    def pip(targets: list[str], pip_args: list[str], *, quiet: bool = False) -> bool:
        asked.append(targets[-1])
        return "[bench" not in targets[-1] and not targets[-1].startswith("tensorflow>")

    monkeypatch.setattr(install, "pip_install", pip)
    assert install.install([], with_bench=True) == 0
    assert any(target.startswith("torch") for target in asked)
    notice = capsys.readouterr().err
    assert "NOT installed: tensorflow>" in notice
    assert "torch" not in notice


def test_torch_moves_only_by_hand(script: Callable[[str], ModuleType]) -> None:
    assert script("lock").held_versions(LOCK.read_text(encoding="utf-8")).splitlines()[-1].startswith("torch==")
    pins = "six==1.0\ntorch==9.9\ntorchvision==1.0\n"
    assert script("lock").held_versions(pins) == "torch==9.9\n"


def test_the_lock_names_versions_not_builds() -> None:
    assert not [line for line in lock_lines() if "+" in line.partition(";")[0]]


def test_a_browser_named_by_the_developer_comes_first(script: Callable[[str], ModuleType], tmp_path: Path) -> None:
    find = script("ensure_browser").find_browser
    for name in ("chromium", "mine"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(stat.S_IRWXU)
    path = {"PATH": str(tmp_path)}
    assert find(path) == str(tmp_path / "chromium")
    assert find(path | {"FRAMESCOPE_CHROMIUM": str(tmp_path / "mine")}) == str(tmp_path / "mine")
    assert find(path | {"FRAMESCOPE_CHROMIUM": str(tmp_path / "gone")}) is None


def test_without_any_browser_the_skip_is_announced_and_nothing_fails(
    script: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    finder = script("ensure_browser")
    for name, answer in {"own_download": None, "install_from_debian": False, "install_own": False}.items():
        monkeypatch.setattr(finder, name, lambda answer=answer: answer)
    monkeypatch.setattr(finder, "find_browser", lambda environment: None)
    assert finder.main() == 0
    assert "BROWSER TESTS WILL BE SKIPPED" in capsys.readouterr().err


def test_a_browser_that_was_named_but_is_not_there_is_an_error(
    script: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FRAMESCOPE_CHROMIUM", "/nowhere/chromium")
    assert script("ensure_browser").main() == 1
    assert "/nowhere/chromium" in capsys.readouterr().err


def test_run_refuses_a_port_in_use(script: Callable[[str], ModuleType], monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    run = script("run")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert run.port_is_taken(port)
    assert not run.port_is_taken(port)


def test_run_opens_no_browser_on_a_build_server_or_without_a_screen(script: Callable[[str], ModuleType]) -> None:
    has_browser = script("run").has_browser
    assert not has_browser({"CI": "true", "DISPLAY": ":0"})
    if sys.platform == "linux":
        assert not has_browser({})


def test_the_hooks_are_local_and_pre_commit_accepts_them() -> None:
    config = ROOT / ".pre-commit-config.yaml"
    checked = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-config", str(config)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    repos = [line for line in config.read_text(encoding="utf-8").splitlines() if "repo:" in line]
    assert repos
    assert all(line.split()[-1] == "local" for line in repos)


def test_the_environment_of_a_test_has_no_setting_but_its_own_home(tmp_path: Path) -> None:
    ours = {name: value for name, value in os.environ.items() if name.startswith("FRAMESCOPE_")}
    assert ours == {"FRAMESCOPE_HOME": str(tmp_path / "home")}


def test_a_setting_of_the_developer_does_not_reach_a_test() -> None:
    name = test_the_environment_of_a_test_has_no_setting_but_its_own_home.__name__
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"{__file__}::{name}"]
    planted = {**os.environ, "FRAMESCOPE_DATABASE_URL": "sqlite:////mine.db", "FRAMESCOPE_OFFLINE": "1"}
    done = subprocess.run(command, cwd=ROOT, env=planted, capture_output=True, text=True, check=False)
    assert "1 passed" in done.stdout, done.stdout


@pytest.mark.browser
def test_the_browser_draws_a_page(page: Page, shot: Callable[[Page, str], None]) -> None:
    page.set_content("<h1>Framescope</h1>")
    assert page.get_by_role("heading", name="Framescope").is_visible()
    shot(page, "the browser works")
