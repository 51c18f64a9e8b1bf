"""The tasks that exist, the text of their programs, the nearest where a name is none, and how to load another set."""

import importlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from collectors.bench.registry import unknown
from collectors.tasks.model import APIS, Api, Gap, Task
from collectors.tasks.programs import TASKS

__all__ = ["APIS", "PROGRAMS", "TASKS", "Registry", "UnknownTask", "load"]

PROGRAMS = Path(__file__).parent / "programs"


class UnknownTask(ValueError):
    """A task or system is asked for that does not exist: correct the name; the message offers the nearest."""


@dataclass(frozen=True)
class Registry:
    """A set of tasks, the interfaces they are written in, and the folder of their programs."""

    tasks: tuple[Task, ...]
    apis: tuple[Api, ...]
    programs: Path

    def chosen_tasks(self, names: Iterable[str]) -> tuple[Task, ...]:
        """Give the tasks named, each once, in the registry's order; all where none is named.

        Raises:
            UnknownTask: a name is none.
        """
        wanted, known = set(names), [task.slug for task in self.tasks]
        for name in sorted(wanted - set(known)):
            raise UnknownTask(unknown("task", name, known))
        return tuple(task for task in self.tasks if not wanted or task.slug in wanted)

    def chosen_apis(self, names: Iterable[str]) -> tuple[Api, ...]:
        """Give the interfaces named, by slug; all where none is named.

        Raises:
            UnknownTask: a name is none.
        """
        wanted, known = set(names), [api.slug for api in self.apis]
        for name in sorted(wanted - set(known)):
            raise UnknownTask(unknown("system", name, known))
        return tuple(api for api in self.apis if not wanted or api.slug in wanted)

    def path(self, task: Task, api: Api) -> Path:
        """Give the file of a program: what is shown and what is run."""
        return self.programs / task.slug / f"{api.slug.replace('.', '_')}.py"

    def text(self, task: Task, api: Api) -> str:
        """Give the text of a program; empty where there is a gap instead."""
        if isinstance(task.sides[api.slug], Gap):
            return ""
        return self.path(task, api).read_text(encoding="utf-8")


DEFAULT = Registry(TASKS, APIS, PROGRAMS)


def load(module: str) -> Registry:
    """Import `module` and take its TASKS, APIS and PROGRAMS."""
    found = importlib.import_module(module)
    return Registry(tasks=found.TASKS, apis=found.APIS, programs=found.PROGRAMS)
