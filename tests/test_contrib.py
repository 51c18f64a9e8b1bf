"""The files in contrib/: each holds a line that runs, in a form its program accepts, as far as can be seen here."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from collectors.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
CONTRIB = ROOT / "contrib"
UNITS = tuple(sorted(path.name for path in CONTRIB.iterdir() if path.suffix in (".service", ".timer")))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with ``bin``, in which is this checkout's `framescope`, and ``home``, in which is a database."""
    place = tmp_path_factory.mktemp("place")
    tools = place / "bin"
    tools.mkdir()
    script = tools / "framescope"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m framescope "$@"\n')
    script.chmod(0o755)
    subprocess.run([script, "init"], env=environment(place), check=True, capture_output=True, timeout=120)
    return place


def environment(where: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FRAMESCOPE_")}
    return kept | {"FRAMESCOPE_HOME": str(where / "home"), "FRAMESCOPE_OFFLINE": "1"} | more


def test_the_line_for_cron_is_run_by_sh_and_says_nothing(place: Path) -> None:
    lines = [line for line in (CONTRIB / "framescope.crontab").read_text().splitlines() if not line.startswith("#")]
    settings, jobs = [line for line in lines if re.match(r"\w+=", line)], [line for line in lines if line[:1].isdigit()]
    assert {line.partition("=")[0] for line in settings} <= {"PATH", "FRAMESCOPE_HOME", "FRAMESCOPE_CONTACT", "MAILTO"}
    (job,) = jobs
    minutes, *others, command = job.split(None, 5)
    assert all(0 <= int(minute) < 60 for minute in minutes.split(","))
    assert others == ["*"] * 4
    assert "%" not in command, "cron would end the line there"
    given = environment(place, PATH=f"{place / 'bin'}:{os.environ['PATH']}")
    done = subprocess.run(
        ["/bin/sh", "-c", command], env=given, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_the_checks_of_a_checkout_can_be_read_by_bash_and_end_with_the_tests() -> None:
    script = CONTRIB.parent / ".ci" / "run"
    done = subprocess.run(["bash", "-n", str(script)], capture_output=True, text=True, check=False)  # noqa: S607  # bash
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line for line in script.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert lines[0] == "set -euo pipefail"
    assert lines[-1] == "make test"


def test_systemd_accepts_the_units(place: Path, tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("NO SYSTEMD: the units are not verified")
    for name in UNITS:
        text = (CONTRIB / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("/usr/local/bin/framescope", str(place / "bin" / "framescope")))
    done = subprocess.run(
        [analyze, "verify", *(str(tmp_path / name) for name in UNITS)], capture_output=True, text=True, check=False
    )
    mine = [line for line in done.stderr.splitlines() if "framescope" in line and "/usr/share/doc" not in line]
    assert (done.returncode, mine) == (0, []), done.stderr
    spoilt = tmp_path / "framescope-spoilt.timer"
    spoilt.write_text("[Timer]\nOnCalendar=never\n[Install]\nWantedBy=timers.target\n")
    wrong = subprocess.run([analyze, "verify", str(spoilt)], capture_output=True, text=True, check=False)
    assert wrong.returncode != 0 or "never" in wrong.stderr, "it would tell"


@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".service")])
def test_a_unit_is_open_no_further_than_it_has_to_be(name: str, tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("NO SYSTEMD: the units are not looked at")
    text = (CONTRIB / name).read_text(encoding="utf-8")
    wide = tmp_path / name
    wide.write_text(re.sub(r"^(Capability|SystemCall|Restrict).*\n", "", text, flags=re.MULTILINE))
    command = [analyze, "security", "--offline=true", "--threshold=25"]
    ended = [subprocess.run([*command, str(path)], capture_output=True, check=False) for path in (CONTRIB / name, wide)]
    if any(b"unrecognized option" in done.stderr for done in ended):
        pytest.skip("OLD SYSTEMD: it cannot look at a file")
    assert [done.returncode == 0 for done in ended] == [True, False], ended[0].stdout.decode()


def test_the_worker_keeps_what_a_benchmark_needs() -> None:
    """Machine code made at run time, GPUs and the description of the machine are lost with these."""
    lines = (CONTRIB / "framescope-worker.service").read_text(encoding="utf-8").splitlines()
    assert not [line for line in lines if line.startswith(("MemoryDenyWriteExecute", "PrivateDevices", "ProcSubset"))]
    site = (CONTRIB / "framescope-site.service").read_text(encoding="utf-8").splitlines()
    assert not [line for line in site if line.startswith(("PrivateDevices", "ProcSubset"))], "it lists the GPUs"


def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((CONTRIB / "compose.yaml").read_text(encoding="utf-8"))
    return loaded


def test_the_compose_services_share_one_home_and_wait_for_the_database() -> None:
    services, volumes = compose()["services"], compose()["volumes"]
    assert set(services) == {"init", "site", "collect"}
    assert {tuple(service["volumes"]) for service in services.values()} == {("data:/data",)}
    assert set(volumes) == {"data"}
    for name in ("site", "collect"):
        assert services[name]["depends_on"] == {"init": {"condition": "service_completed_successfully"}}
    assert all(port.startswith("127.0.0.1:") for port in services["site"]["ports"])
    assert (CONTRIB / services["init"]["build"]["context"] / "Dockerfile").resolve().is_file()
    assert not any("command" not in service for service in services.values())


def for_sources() -> set[str]:
    """The settings of docs/settings.md that a source takes, by their endings and without those of any one source."""
    rows = re.findall(
        r"^\| (`FRAMESCOPE_.*?) \|", (ROOT / "docs" / "settings.md").read_text("utf-8"), flags=re.MULTILINE
    )
    named = {name for row in rows for name in re.findall(r"`(FRAMESCOPE_\w+)`", row)}
    return {name for name in named if re.search(r"_(KEY|TOKEN|CONTACT|CLONES|LIVE)$", name)} - {"FRAMESCOPE_RUN_TOKEN"}


def test_the_compose_services_are_given_every_setting_of_a_source() -> None:
    wanted = for_sources()
    assert {"FRAMESCOPE_GITHUB_TOKEN", "FRAMESCOPE_OPENALEX_KEY", "FRAMESCOPE_GOOGLE_TRENDS_LIVE"} <= wanted
    if "git" not in re.findall(r"[\w+-]+", (ROOT / "Dockerfile").read_text(encoding="utf-8")):
        wanted -= {"FRAMESCOPE_GIT_CLONES"}
    for service in compose()["services"].values():
        given = service["environment"]
        assert set(given) == wanted | {"FRAMESCOPE_HOME"}
        assert {name: given[name] for name in wanted} == {name: f"${{{name}:-}}" for name in wanted}


def test_what_compose_passes_on_unset_is_as_good_as_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in for_sources():
        monkeypatch.setenv(name, "")
    given = Settings()
    assert (given.github_token, given.openalex_key, given.huggingface_token, given.contact) == (None, None, None, "")
    assert (given.stackexchange_key, given.google_trends_live, given.git_clones) == (None, False, None)


def test_the_compose_collector_collects_and_ends_when_told_to(place: Path, tmp_path: Path) -> None:
    shell, flag, script = compose()["services"]["collect"]["command"]
    said = tmp_path / "said"
    script = script.replace("$$", "$").replace("collect --due", f"collect --due --json > {said}")
    given = environment(place, PATH=f"{place / 'bin'}:{os.environ['PATH']}")
    started = subprocess.Popen([shell, flag, script], env=given, start_new_session=True)
    until = time.monotonic() + 60
    while not (said.exists() and said.read_text().endswith("}\n")) and time.monotonic() < until:
        time.sleep(0.1)
    assert '"skipped"' in said.read_text()
    time.sleep(0.5)
    started.send_signal(signal.SIGTERM)
    assert started.wait(10) in (0, 143)
