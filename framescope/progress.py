"""Progress bars of a collection on standard error, for a person at a terminal; elsewhere there are none."""

import sys
from types import TracebackType

from collectors.collection import Step


def in_words(seconds: float) -> str:
    """A length of time as a person says it: ``2 h 5 min``, ``12 min``, ``40 s``."""
    minutes = round(seconds / 60)
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{minutes} min" if seconds >= 90 else f"{max(1, round(seconds))} s"


class Bars:
    """One bar for the source at work and one line for what comes after it; does nothing without a terminal."""

    def __init__(self, *, shown: bool | None = None) -> None:
        self.shown = sys.stderr.isatty() if shown is None else shown

    def __enter__(self) -> "Bars":
        """Begin to draw."""
        if self.shown:
            from rich.console import Console
            from rich.progress import BarColumn, Progress, TextColumn

            columns = (TextColumn("{task.description}", markup=False), BarColumn(), TextColumn("{task.fields[left]}"))
            self._bars = Progress(*columns, console=Console(stderr=True), transient=True)
            self._task = self._bars.add_task("", total=None, left="")
            self._bars.start()
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        """Take the bars away, whatever happened."""
        if self.shown:
            self._bars.stop()

    def __call__(self, step: Step) -> None:
        """Show an item that is about to be asked for."""
        left = f"{in_words(step.left_s)} left"
        if step.after_s >= 1:
            left += f", {in_words(step.left_s + step.after_s)} in all"
        self._bars.update(self._task, description=str(step), completed=step.number - 1, total=step.of, left=left)
