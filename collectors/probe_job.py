"""From a claimed job to probed cells in the store: each answer as it comes, with progress, until done or cancelled."""

import time
from typing import Any

from collectors import asked_probes
from collectors.lease import JobContext
from collectors.probing import outcome, probe

_TELL_EVERY_S = 0.5


def probe_all(context: JobContext) -> tuple[int, str]:
    """Run the probes the job asks for and keep every result as it comes; gives the run's id and a closing message.

    Raises `RuntimeError` when there is nothing but errors; they are kept all the same. What a job asks for is checked
    again, since a probe may have gone with a newer Framescope: a `ValueError` then.
    """
    spec = asked_probes.check(context.job.parameters)
    told = _Told(context, asked_probes.chosen(spec).cells())
    document = probe(context.engine, spec, told.see, context.should_stop)
    status, message = outcome(document)
    if status == "failed" and not context.should_stop():
        raise RuntimeError(f"no probe could be run to its end: {message}")
    return document["run"], message


class _Told:
    """Tells how far the probes are, at most twice a second."""

    def __init__(self, context: JobContext, cells: int) -> None:
        self.context, self.cells = context, cells
        self.seen, self.told_at = 0, 0.0
        context.progress(0.0, f"0 of {cells} answers")

    def see(self, result: dict[str, Any]) -> None:
        """Take one result."""
        self.seen += 1
        if time.monotonic() - self.told_at < _TELL_EVERY_S:
            return
        self.told_at = time.monotonic()
        name = f"{result['capability']} in {result['system']}, {result['mode']}"
        said = f"{self.seen} of {self.cells} answers; {name}: {result['state'].replace('_', ' ')}"
        self.context.progress(self.seen / self.cells, said)
