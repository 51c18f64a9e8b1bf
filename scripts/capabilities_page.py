"""What docs/capabilities.md says: every probe's question, and what each framework is asked to do."""

import inspect
from collections.abc import Iterable

from collectors.probes.model import Gap, Probe
from collectors.probes.registry import AXES, PROBES, TARGETS
from collectors.probes.targets import MODES

HEAD = """\
What is found out about the frameworks by running them: `framescope probe`. Each capability is a question that code
answers with yes or no, for each framework and each execution mode. The answer is one of five:

| state | means |
| --- | --- |
| `pass` | yes: the check ran and saw it |
| `fail` | no: the check ran and saw that it is not so, or the framework itself said that it cannot |
| `error` | no answer: the check broke off, ran out of time or memory, or the framework could not be imported |
| `not_run` | no answer: the framework, or what the check needs beside it, is not installed |
| `not_applicable` | the question makes no sense there; the reason is given |

Only `pass` and `fail` say something of the framework. Beside the state are kept: versions, seconds, what was measured,
what was printed, and the code that ran. How to add one: [adding-a-probe.md](adding-a-probe.md).
"""


def lines() -> Iterable[str]:
    """Give the page after its title: the modes, then the capabilities by axis, a section each."""
    yield HEAD
    yield "| system | mode | a function is run by |"
    yield "| --- | --- | --- |"
    for target in TARGETS:
        for mode in target.modes:
            yield f"| `{target.slug}` | `{mode}` | {MODES[target.framework][mode]} |"
    yield ""
    for axis, title in AXES.items():
        named = ", ".join(f"[{probe.title}](#{probe.slug})" for probe in PROBES if probe.axis == axis)
        yield f"- {title}: {named}"
    yield ""
    for probe in PROBES:
        yield from _section(probe)


def _section(probe: Probe) -> Iterable[str]:
    yield f"## {probe.slug}\n"
    yield f"**{probe.title}.** {probe.question}\n"
    for name, side in probe.sides.items():
        said = f"not applicable: {side.reason}" if isinstance(side, Gap) else _first_line(side)
        yield f"- **{name}**: {said.rstrip('.')}."
    if probe.any_mode:
        yield f"- One result for all modes: {probe.any_mode}."
    if probe.fresh:
        yield "- Run in a process of its own."
    yield ""


def _first_line(documented: object) -> str:
    return (inspect.getdoc(documented) or "").splitlines()[0]
