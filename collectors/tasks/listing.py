"""The tasks as a page or a document lists them: the text of every program, and what was read from it."""

from typing import Any

from collectors.tasks.counts import lines_of_code, names_used
from collectors.tasks.model import Api, Gap, Task
from collectors.tasks.registry import DEFAULT


def tasks() -> list[dict[str, Any]]:
    """Give `{task, title, does, sides}` of each task.

    A side is `{system, title, framework, gap, needs, code, lines, names, file}`: `gap` is the reason why there is no
    program, empty where there is one; `file` is the name under which a visitor may keep it.
    """
    return [
        {
            "task": task.slug,
            "title": task.title,
            "does": task.does,
            "sides": [_side(task, api) for api in DEFAULT.apis if api.slug in task.sides],
        }
        for task in DEFAULT.tasks
    ]


def _side(task: Task, api: Api) -> dict[str, Any]:
    side, text = task.sides[api.slug], DEFAULT.text(task, api)
    gap = isinstance(side, Gap)
    return {
        "system": api.slug,
        "title": api.title,
        "framework": api.framework,
        "gap": side.reason if isinstance(side, Gap) else "",
        "needs": [] if isinstance(side, Gap) else list(side.needs),
        "code": text,
        "lines": None if gap else lines_of_code(text),
        "names": None if gap else names_used(text, api.modules),
        "file": f"{task.slug}_{api.slug.replace('.', '_')}.py",
    }
