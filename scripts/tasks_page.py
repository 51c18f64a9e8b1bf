"""What docs/tasks.md says: every task, what it does, and in which interfaces it is written."""

from collections.abc import Iterable

from collectors.tasks.listing import tasks

HEAD = """\
The same small pieces of work, written in each framework's own code: `framescope tasks`, and the page *Code*. The code
shown is the code run: each program is a file that stands alone, may be copied and run by `python FILE`, prints a few
lines, and ends with a check of its own.

| state | means |
| --- | --- |
| `pass` | the program ran to its end, and its own check holds |
| `fail` | its own check does not hold |
| `error` | it broke off, ran out of time or memory, or ended with another status |
| `not_run` | the framework, or what the program needs beside it, is not installed |
| `not_applicable` | the framework has no way to do it; the reason is given |

| figure | is |
| --- | --- |
| lines | lines that hold code: without blank lines, comments and docstrings |
| names | distinct names of the framework that the text reaches by dots from an import |
| first result | seconds from the program's first line to the first line it prints, imports included, once |
| of it imports | seconds of these in the program's own import statements |

For Keras, names of its backend count too; methods of objects that a call gave are not counted. A fresh process runs
each program; the start of Python is not in the seconds.

Programs run one after another, so that none takes the processor from the time of another; the worker runs none beside
a measurement of the benchmarks. Each has an empty folder of its own, two minutes, 6 GiB of memory and files of 256 MiB
at most; what it
started ends with it. A single time is no benchmark: what the frameworks cost in speed is on the page *Speed*.
How to add one: [adding-a-task.md](adding-a-task.md).
"""


def lines() -> Iterable[str]:
    """Give the page after its title: a section for each task."""
    yield HEAD
    for task in tasks():
        yield f"## {task['task']}\n"
        yield f"**{task['title']}.** {task['does']}\n"
        yield "| system | file | lines | names |"
        yield "| --- | --- | ---: | ---: |"
        for side in task["sides"]:
            if side["gap"]:
                yield f"| {side['title']} | no way: {side['gap']} | | |"
                continue
            name = side["system"].replace(".", "_") + ".py"
            path = f"../collectors/tasks/programs/{task['task']}/{name}"
            yield f"| {side['title']} | [{name}]({path}) | {side['lines']} | {len(side['names'])} |"
        yield ""
