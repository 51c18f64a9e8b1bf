"""The Dockerfile: what a linter does not know about ours, and the program that stands in for an engine."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from check_dockerfile import allowed_by_dockerignore
from dockerfile import DockerfileNotUnderstood, Stage, environment, exec_form, parse, whole

ROOT = Path(__file__).resolve().parents[1]
TARGETS = ("site", "site-bench")


@pytest.fixture(scope="module")
def stages() -> dict[str, Stage]:
    return parse((ROOT / "Dockerfile").read_text(encoding="utf-8"))


def test_hadolint_finds_nothing() -> None:
    hadolint = shutil.which("hadolint", path=str(Path(sys.executable).parent))
    if hadolint is None:
        pytest.skip("hadolint has no build for this platform")
    result = subprocess.run(
        [hadolint, "--no-color", str(ROOT / "Dockerfile")], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout


def test_the_site_without_frameworks_is_what_a_plain_build_gives(stages: dict[str, Stage]) -> None:
    assert list(stages)[-1] == "site"


@pytest.mark.parametrize("target", TARGETS)
def test_an_image_runs_without_root_answers_for_its_health_and_keeps_its_data(
    stages: dict[str, Stage], target: str
) -> None:
    image = whole(stages, target)
    assert image.last("USER") == "10001"
    assert image.steps[-1].instruction == "USER", "nothing may be done after the rights were given up"
    assert image.last("VOLUME") == environment(image)["FRAMESCOPE_HOME"] == "/data"
    assert image.last("EXPOSE") == "8501"
    assert image.last("CMD") == '["framescope", "up", "--address", "0.0.0.0", "--port", "8501"]'
    health = exec_form(image.last("HEALTHCHECK") or "")
    assert health[0] == "python"
    assert "8501/_stcore/health" in health[-1]


@pytest.mark.parametrize("target", TARGETS)
def test_the_base_is_pinned_to_a_full_version(stages: dict[str, Stage], target: str) -> None:
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-[a-z]+", whole(stages, target).parent)


def test_packages_are_installed_before_the_code_is_copied(stages: dict[str, Stage]) -> None:
    steps = whole(stages, "site").steps
    install = next(number for number, step in enumerate(steps) if "--requirement" in step.argument)
    code = next(number for number, step in enumerate(steps) if "--from=wheel" in step.argument)
    assert install < code


def test_every_pip_install_holds_to_the_lock_or_to_nothing_from_outside(stages: dict[str, Stage]) -> None:
    commands = [part for stage in stages.values() for step in stage.steps for part in step.argument.split("&&")]
    installs = [command for command in commands if "pip install" in command]
    assert installs
    assert all("--constraint requirements.lock" in line or "--no-index" in line for line in installs)


@pytest.mark.parametrize("target", TARGETS)
def test_no_secret_is_asked_for_or_set(stages: dict[str, Stage], target: str) -> None:
    words = " ".join(step.argument for step in whole(stages, target).steps if step.instruction in {"ARG", "ENV"})
    assert not re.search(r"TOKEN|KEY|SECRET|PASSWORD", words)


def test_a_line_that_is_not_understood_is_an_error_and_not_passed_over() -> None:
    with pytest.raises(DockerfileNotUnderstood, match="ADD"):
        parse("FROM a:1 AS b\nADD x y\n")
    with pytest.raises(DockerfileNotUnderstood, match="FROM a:1"):
        parse("FROM a:1\n")
    with pytest.raises(DockerfileNotUnderstood):
        exec_form("framescope up")


def test_continued_lines_comments_and_ancestors_are_read() -> None:
    stages = parse("# x\nFROM a:1 AS b\nENV A=1 \\\n    B=2\nFROM b AS c\n# y\nRUN one \\\n  && two\n")
    image = whole(stages, "c")
    assert (image.parent, environment(image), image.last("RUN")) == ("a:1", {"A": "1", "B": "2"}, "one && two")


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("db", True),
        ("db/models.py", True),
        ("dashboard/.streamlit/config.toml", True),
        ("dashboard/.streamlit/secrets.toml", False),
        (".streamlit/secrets.toml", False),
        ("data", False),
    ],
)
def test_only_what_is_named_reaches_the_builder(path: str, allowed: bool) -> None:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert allowed_by_dockerignore(path, [line for line in lines if line[:1] not in "#"]) is allowed
