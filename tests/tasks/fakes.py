"""A registry for tests: programs that pass, fail, break, hang, fork, flood and lack something, on Python alone."""

from pathlib import Path

from collectors.tasks.model import Api, Gap, Program, Task
from tests.probes import fakes

PROGRAMS = Path(__file__).parent / "programs"
_BY_SLUG = {target.slug: target for target in fakes.TARGETS}
APIS = (
    Api("fake", "Fake", _BY_SLUG["fake"], ("math",)),
    Api("fake.old", "Fake of old", _BY_SLUG["fake"], ("math",)),
    Api("absent", "Absent", _BY_SLUG["absent"], ("math",)),
)


def _task(slug: str, program: Program, limit_s: float = 60.0) -> Task:
    sides: dict[str, Program | Gap] = {"fake": program, "fake.old": Gap("it was never thought of"), "absent": program}
    return Task(slug, slug.title(), f"{slug}.", sides, limit_s)


TASKS = (
    *(_task(slug, Program()) for slug in ("passes", "fails", "breaks", "exits", "forks", "floods", "writes")),
    _task("hangs", Program(), limit_s=1.5),
    _task("lacks", Program(needs=("no_such_module_anywhere",))),
    _task("swells", Program()),
)
