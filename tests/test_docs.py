"""The documents name everything that exists, link only to what is there, and the made ones are not stale."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from catalog.load import load_catalog
from collectors.bench.registry import WORKLOADS
from collectors.probes.registry import PROBES
from collectors.run_rules import RunRules, SignIn
from collectors.settings import PREFIX, Settings
from collectors.sources import SOURCES
from collectors.tasks.registry import TASKS
from framescope.cli import app

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
HAND = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])


def headings(page: str) -> set[str]:
    return set(re.findall(r"^## (.+)$", (DOCS / page).read_text(encoding="utf-8"), flags=re.MULTILINE))


def command_names(group: object, prefix: str = "") -> set[str]:
    names: set[str] = set()
    for name, command in getattr(group, "commands", {}).items():
        names |= command_names(command, f"{prefix}{name} ") or {prefix + name}
    return names


def test_the_made_pages_are_what_the_code_would_make_now() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "generate_docs.py"), "--check"]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_every_command_has_its_section() -> None:
    commands = command_names(typer.main.get_command(app))
    assert {"init", "bench run"} <= commands
    assert headings("commands.md") == commands


def test_every_metric_has_its_section() -> None:
    assert headings("metrics.md") == set(load_catalog().metrics)


def test_every_source_has_its_section() -> None:
    bundled = {origin.source for origin in load_catalog().origins.values()}
    assert headings("sources.md") >= bundled | {source.name for source in SOURCES}


def test_every_workload_has_its_section() -> None:
    assert headings("workloads.md") == {workload.slug for workload in WORKLOADS}


def test_every_capability_has_its_section() -> None:
    assert headings("capabilities.md") == {probe.slug for probe in PROBES}


def test_every_task_has_its_section() -> None:
    assert headings("tasks.md") == {task.slug for task in TASKS}


def test_every_setting_is_explained() -> None:
    page = (DOCS / "settings.md").read_text(encoding="utf-8")
    fields = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields if not name.startswith("source_")}
    for rules in (RunRules, SignIn):
        fields |= {f"{rules.model_config['env_prefix']}{name.upper()}" for name in rules.model_fields}
    code = [
        path
        for room in ("catalog", "collectors", "dashboard", "db", "framescope")
        for path in (ROOT / room).rglob("*.py")
    ]
    used = {
        name for path in code for name in re.findall(r"FRAMESCOPE_[A-Z]+(?:_[A-Z]+)*", path.read_text(encoding="utf-8"))
    }
    patterns = {f"{PREFIX}<SOURCE>_URL", f"{PREFIX}<SOURCE>_INTERVAL", f"{PREFIX}PYTHON_<FRAMEWORK>"}
    of_a_source = {f"{PREFIX}{slug.upper()}_{what}" for slug in load_catalog().sources for what in ("URL", "INTERVAL")}
    assert not {name for name in (fields | used | patterns) - of_a_source if name not in page}


def test_the_limits_that_are_told_are_those_that_hold() -> None:
    pages = [(DOCS / name).read_text(encoding="utf-8") for name in ("settings.md", "who-may-run.md")]
    for name in ("jobs_per_hour", "seconds_per_day", "cooldown_s", "most_seconds", "queue"):
        setting = f"{PREFIX}RUN_{name.upper()}"
        for page in pages:
            (row,) = [line for line in page.splitlines() if line.startswith("|") and f"`{setting}`" in line]
            assert f"| {RunRules.model_fields[name].default} |" in row, setting


@pytest.mark.parametrize("page", HAND, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_link_within_the_repository_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if not re.match(r"[a-z]+:", link)]
    broken = [link for link in links if not target_exists(page, link)]
    assert not broken


def target_exists(page: Path, link: str) -> bool:
    """Tell whether a relative link's file exists and holds the heading it names."""
    name, _, anchor = link.partition("#")
    target = (page.parent / name) if name else page
    if not anchor or not target.is_file():
        return target.exists()
    titles = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return anchor in {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", HAND, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_command_in_a_shell_block_exists(page: Path) -> None:
    blocks = re.findall(r"```(?:sh|console|bash)\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    commands = command_names(typer.main.get_command(app))
    groups = {name.split()[0] for name in commands}
    for words in re.findall(r"(?:^|\s|/)framescope ((?:[a-z]+ ?)+)", "\n".join(blocks)):
        first, *rest = words.split()
        assert first in groups, f"{page.name}: framescope {words}"
        if first not in commands:
            assert f"{first} {rest[0]}" in commands, f"{page.name}: framescope {words}"


def test_make_targets_in_the_documents_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))
    for page in HAND:
        named = set(re.findall(r"`make ([a-z-]+)[^`]*`", page.read_text(encoding="utf-8")))
        assert named <= targets, page.name


def counted_calls() -> dict[str, list[str]]:
    """The cells of docs/figures/calls.md that each source has."""
    page = (DOCS / "figures" / "calls.md").read_text(encoding="utf-8")
    _, heads, _, *rows = page[page.index("| source |") - 1 :].splitlines()
    assert [cell.strip() for cell in heads.strip("|").split("|")][3:5] == ["fullest day", "fullest day, no keys"]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    return {source: counted for source, *counted in cells}


def test_what_a_source_declares_a_day_is_no_less_than_its_fullest_day_cost() -> None:
    counted = counted_calls()
    assert set(counted) == {source.name for source in SOURCES}
    for source in SOURCES:
        _, backfill, with_keys, without, _, declared = counted[source.name]
        assert source.calls_daily >= max(int(with_keys), int(without)), source.name
        assert (int(backfill), int(declared)) == (source.calls_backfill, source.calls_daily), "stale: run calls.py"
