"""Running tasks: one program after another, each in a process and an empty folder of its own."""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from collectors.bench import machine
from collectors.bench.process import CancelledError, Child, ChildError, Launch, never
from collectors.probes.evidence import MOST_OUTPUT, cut, printed
from collectors.probes.lane import environment
from collectors.probes.memory import MemoryGuard
from collectors.probes.spec import ProbeSpec
from collectors.tasks.counts import lines_of_code, names_used
from collectors.tasks.model import Api, Gap, Program, Task
from collectors.tasks.registry import Registry, load
from collectors.tasks.spec import TaskSpec

KIND, FORMAT = "framescope.tasks", 1
BESIDE = {"jax": ("numpy", "jaxlib")}

Result = dict[str, Any]
Cell = tuple[Task, Api]


@dataclass(frozen=True)
class TaskLaunch(Launch):
    """How the process of a program is started; `printed` is the file its standard output goes to."""

    printed: str = ""

    def command(self, python: str, variant: str) -> list[str]:  # noqa: ARG002  # a program has no variant
        """Give the command line that starts a child with the interpreter `python`."""
        return [python, "-m", "collectors.tasks.child", "--printed", self.printed]


def cells(spec: TaskSpec) -> list[Cell]:
    """Give what `spec` asks for: each task with each interface it has a side for, in the registry's order.

    Raises:
        UnknownTask: a task or system is named that does not exist.
    """
    registry = load(spec.registry)
    apis = registry.chosen_apis(spec.systems)
    return [(task, api) for task in registry.chosen_tasks(spec.tasks) for api in apis if api.slug in task.sides]


def run(
    spec: TaskSpec,
    on_result: Callable[[Result], None] | None = None,
    should_stop: Callable[[], bool] = never,
    on_begin: Callable[[Cell, int, int], None] | None = None,
) -> dict[str, Any]:
    """Run what `spec` asks for and give the document of the run; `on_result` is told of each result as it comes.

    One program runs at a time, so that none takes the processor from the time of another. `on_begin` is told of each
    before it starts, with how many are done and how many there are. Where `should_stop` says so, what is done so far
    is given, and `stopped_because` is "cancelled".

    Raises:
        UnknownTask: a task or system is named that does not exist.
    """
    registry, asked, here = load(spec.registry), cells(spec), machine.describe()
    started, begun = datetime.now(UTC), time.monotonic()
    results: list[Result] = []
    for task, api in asked:
        if should_stop():
            break
        if on_begin is not None:
            on_begin((task, api), len(results), len(asked))
        try:
            results.append(_result(spec, registry, task, api, should_stop) | {"machine": here})
        except CancelledError:
            break
        if on_result is not None:
            on_result(results[-1])
    return {
        "kind": KIND,
        "format": FORMAT,
        "started": started.isoformat(timespec="seconds"),
        "seconds": time.monotonic() - begun,
        "stopped_because": "done" if len(results) == len(asked) else "cancelled",
        "machine": here,
        "results": results,
    }


def _result(spec: TaskSpec, registry: Registry, task: Task, api: Api, should_stop: Callable[[], bool]) -> Result:
    side, state = task.sides[api.slug], api.target.availability()
    result: Result = {"task": task.slug, "system": api.slug, "version": state.version or ""}
    if isinstance(side, Gap):
        return result | _unseen("not_applicable", side.reason) | {"code": "", "lines": None, "names": None}
    text = registry.text(task, api)
    result |= {"code": text, "lines": lines_of_code(text), "names": names_used(text, api.modules)}
    if not state.available:
        return result | _unseen("not_run", str(state.why_not))
    with tempfile.TemporaryDirectory(prefix="framescope-task-", ignore_cleanup_errors=True) as folder:
        return result | _run(spec, task, api, side, state.python, text, Path(folder), should_stop)


def _run(
    spec: TaskSpec,
    task: Task,
    api: Api,
    side: Program,
    python: str,
    text: str,
    folder: Path,
    should_stop: Callable[[], bool],
) -> Result:
    """Run one program in `folder`, as a visitor would who copied it there."""
    place, scratch, out = folder / "here", folder / "scratch", folder / "printed"
    place.mkdir()
    scratch.mkdir()
    out.touch()
    program = place / f"{task.slug}_{api.slug.replace('.', '_')}.py"
    program.write_text(text, encoding="utf-8")
    around = environment(ProbeSpec(environment=spec.environment), api.target, scratch)
    guard = MemoryGuard(spec.memory_limit, should_stop)
    child = Child(TaskLaunch("", "cpu", "", None, (), around, printed=str(out)), api.slug, python, guard)
    guard.pid = child.pid
    limit = task.limit_s if spec.limit_s is None else spec.limit_s
    packages = [*api.target.variant.distributions, *_backend(api), *BESIDE.get(api.framework, ("numpy",)), *side.needs]
    try:
        child.ask("start", spec.start_limit_s)
        found = child.ask("run", limit, path=str(program), needs=list(side.needs), packages=packages)
    except ChildError as error:
        said = f"timed out after {limit:g} s" if error.status == "timed out" else str(error)
        found = _unseen("error", cut(said, MOST_OUTPUT))
    finally:
        beside = printed(child.errors.fileno(), 0) if not child.ended else ""
        child.end()
    with out.open("rb") as file:
        return found | {"output": printed(file.fileno(), 0), "beside": beside}


def _backend(api: Api) -> tuple[str, ...]:
    found = api.target.backend_variant
    return found.distributions if found else ()


def _unseen(state: str, message: str) -> Result:
    times = {"seconds": None, "import_s": None, "first_result_s": None}
    return {"state": state, "message": message, "output": "", "beside": "", "versions": {}} | times
