"""Run the Dockerfile's own steps in clean virtual environments and start what came out (`make docker-check`).

There is no Docker engine in this project's checks. The steps are read from the Dockerfile, so that this cannot drift
from it; what only an image can do (users, Debian packages) is listed as not run. docs/docker.md says what this shows.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from fnmatch import fnmatch
from pathlib import Path

import dockerfile
from dockerfile import Stage, Step
from run import answers

ROOT = Path(__file__).resolve().parents[1]
IMAGE_ONLY = ("useradd ", "install --directory ", "apt-get ", "rm -rf /var/lib/apt/lists")
FRAMEWORKS = ("torch", "tensorflow", "jax", "keras")
START_S = 120.0
# The first page, run to its end without a browser; Streamlit's own tester prints what the page raised, if anything.
DRAW = """
import sys
from pathlib import Path
import dashboard
from streamlit.testing.v1 import AppTest
app = Path(dashboard.__file__).with_name("app.py")
sys.path.insert(0, str(app.parent))
page = AppTest.from_file(str(app), default_timeout=60).run()
sys.exit(str(page.exception[0].value) if page.exception else 0 if page.title else "the page has no title")
"""


class CheckFailed(RuntimeError):
    """A step of the Dockerfile, or what it built, does not work: the message says which."""


class Sandbox:
    """A directory that stands for one image: `app` is its WORKDIR, `venv` its Python."""

    def __init__(self, root: Path, stage: Stage) -> None:
        self.app = root / stage.name / "app"
        self.venv = root / stage.name / "venv"
        self.data = root / stage.name / "data"
        self.app.mkdir(parents=True)
        self.data.mkdir()
        venv.create(self.venv, with_pip=True)
        keep = {name: value for name, value in os.environ.items() if not name.startswith(("FRAMESCOPE_", "PYTHON"))}
        self.environment = {**keep, **dockerfile.environment(stage), "FRAMESCOPE_HOME": str(self.data)}
        self.environment["PATH"] = f"{self.venv / 'bin'}{os.pathsep}{os.environ['PATH']}"

    def run(self, command: str | list[str], *, quiet: bool = False) -> str:
        """Run a shell line or an argument list in WORKDIR and give what it printed. CheckFailed if it fails."""
        shell = ["/bin/sh", "-ec", command] if isinstance(command, str) else command
        done = subprocess.run(shell, cwd=self.app, env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise CheckFailed(f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
        if not quiet:
            print(f"  ran      {command if isinstance(command, str) else ' '.join(command)}", flush=True)
        return done.stdout


def allowed_by_dockerignore(path: str, patterns: list[str]) -> bool:
    """Tell whether a file or folder of the context reaches the builder: the last pattern that names it decides."""
    verdict = True
    for pattern in patterns:
        bare = pattern.removeprefix("!")
        if fnmatch(path, bare) or path.startswith(f"{bare}/") or (pattern[0] == "!" and bare.startswith(f"{path}/")):
            verdict = pattern.startswith("!")
    return verdict


def copy(step: Step, sandbox: Sandbox, built: dict[str, Sandbox]) -> None:
    """Do what COPY does, from the context or from another stage."""
    words = step.argument.split()
    source_stage = words.pop(0).removeprefix("--from=") if words[0].startswith("--from=") else None
    *sources, target = words
    ignored = [
        line for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line[:1] not in "#"
    ]
    for source in sources:
        if source_stage is None and not allowed_by_dockerignore(source, ignored):
            raise CheckFailed(f".dockerignore keeps {source} out, and COPY asks for it")
        origin = built[source_stage].app / source.removeprefix("/app/") if source_stage else ROOT / source
        if origin.is_dir():
            leave = shutil.ignore_patterns("__pycache__", "secrets.toml")
            shutil.copytree(origin, sandbox.app / target, dirs_exist_ok=True, ignore=leave)
        else:
            shutil.copy2(origin, sandbox.app / target)
    print(f"  copied   {step.argument}")


def run_step(step: Step, sandbox: Sandbox) -> None:
    """Run each command of a RUN; those that only an image can do are listed and left out."""
    for command in re.split(r"\s*&&\s*", step.argument):
        if command.startswith(IMAGE_ONLY):
            print(f"  NOT RUN  {command}")
        else:
            sandbox.run(command)


def build(stages: dict[str, Stage], name: str, root: Path, built: dict[str, Sandbox]) -> Sandbox:
    """Carry out the steps of a stage and its ancestors, after the stages it copies from."""
    stage = dockerfile.whole(stages, name)
    for step in stage.steps:
        match = re.match(r"--from=(\S+)", step.argument)
        if step.instruction == "COPY" and match and match[1] not in built:
            built[match[1]] = build(stages, match[1], root, built)
    print(f"{name} (on {stage.parent})")
    sandbox = Sandbox(root, stage)
    for step in stage.steps:
        if step.instruction == "COPY":
            copy(step, sandbox, built)
        elif step.instruction == "RUN":
            run_step(step, sandbox)
    return sandbox


def check_packages(sandbox: Sandbox, *, with_frameworks: bool) -> None:
    """Check that packages fit together, rooms import, and frameworks are there only where they should be."""
    sandbox.run(["python", "-m", "pip", "check"])
    present = f"import importlib.util as u; print(*[n for n in {FRAMEWORKS!r} if u.find_spec(n)])"
    found = sandbox.run(["python", "-c", present], quiet=True).split()
    if (set(found) == set(FRAMEWORKS)) is not with_frameworks or (found and not with_frameworks):
        raise CheckFailed(f"frameworks present: {found}")
    rooms = "import pkgutil, importlib, catalog, collectors, db, framescope.cli, dashboard; print(dashboard.__file__)"
    if not sandbox.run(["python", "-c", rooms], quiet=True).startswith(str(sandbox.venv)):
        raise CheckFailed("the packages come from somewhere else than the image")
    sandbox.run(["framescope", "--help"])


def check_start(stage: Stage, sandbox: Sandbox, port: int) -> None:
    """Start the image's own CMD (on another port) and ask its own HEALTHCHECK until it says yes."""
    here = [word.replace("8501", str(port)) for word in dockerfile.exec_form(stage.last("CMD") or "")]
    health = [word.replace("8501", str(port)) for word in dockerfile.exec_form(stage.last("HEALTHCHECK") or "")]
    offline = {**sandbox.environment, "FRAMESCOPE_OFFLINE": "1"}
    child = subprocess.Popen(here, cwd=sandbox.app, env=offline, start_new_session=True)
    began = time.monotonic()
    try:
        while not answers(f"http://127.0.0.1:{port}/_stcore/health"):
            if child.poll() is not None or time.monotonic() - began > START_S:
                raise CheckFailed(f"{' '.join(here)} does not answer (exit status {child.poll()})")
            time.sleep(0.5)
        sandbox.run(health)
        sandbox.run(["python", "-c", DRAW], quiet=True)
        print(f"  healthy  and drawn; {time.monotonic() - began:.1f} s after {' '.join(here)}")
    finally:
        child.terminate()
        child.wait(30)
    if not list(sandbox.data.glob("*.db")):
        raise CheckFailed("nothing was written under FRAMESCOPE_HOME")


def main() -> int:
    """Check the targets that were asked for; 1 and the reason if one fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", default=["site", "site-bench"])
    parser.add_argument("--port", type=int, default=18501)
    parser.add_argument("--no-start", action="store_true", help="do not start the site")
    options = parser.parse_args()
    stages = dockerfile.parse((ROOT / "Dockerfile").read_text(encoding="utf-8"))
    try:
        with tempfile.TemporaryDirectory(prefix="framescope-image-") as directory:
            built: dict[str, Sandbox] = {}
            for target in options.targets:
                sandbox = build(stages, target, Path(directory), built)
                check_packages(sandbox, with_frameworks=target.endswith("bench"))
                if not options.no_start:
                    check_start(dockerfile.whole(stages, target), sandbox, options.port)
    except CheckFailed as failure:
        print(f"FAILED: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
