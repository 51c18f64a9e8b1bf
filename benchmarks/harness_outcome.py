"""What one part of the harness's proof came to: kept as JSON as soon as it is there, and shown on one page."""

import json
import time
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from figures import Figure, machine, table

NAME = "harness"


@dataclass(frozen=True)
class Outcome:
    """A part's figures; `said` is a paragraph beside them, `rows` whatever a reader may want to compute again."""

    figures: list[Figure]
    said: str
    versions: dict[str, str] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)


class NotRunError(Exception):
    """A part that cannot be measured here; the message is the reason, and the page says it."""


class Progress:
    """Lines of progress, each with the time of day and the seconds since the part began."""

    def __init__(self, part: str) -> None:
        self.part, self.began = part, time.monotonic()

    def __call__(self, line: str) -> None:
        """Print one line."""
        now = datetime.now(UTC).strftime("%H:%M:%S")
        print(f"{now}  {self.part} {self.seconds:5.0f} s  {line}", flush=True)

    @property
    def seconds(self) -> float:
        """Seconds since the part began."""
        return time.monotonic() - self.began


def kept(into: Path) -> dict[str, Any]:
    """Give what was kept of every part before, by the part's name; empty where nothing was."""
    path = into / f"{NAME}.json"
    parts: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["parts"] if path.exists() else {}
    return parts


def keep(into: Path, part: str, outcome: Outcome | NotRunError, where: str, began: datetime, seconds: float) -> None:
    """Put a part's outcome beside those of the other parts."""
    entry: dict[str, Any] = {"measured": began.isoformat(timespec="seconds"), "machine": where, "seconds": seconds}
    if isinstance(outcome, NotRunError):
        entry |= {"not_run": str(outcome)}
    else:
        rows = [{**asdict(one), "verdict": one.verdict} for one in outcome.figures]
        entry |= {"versions": outcome.versions, "said": outcome.said, "figures": rows, "rows": outcome.rows}
    into.mkdir(parents=True, exist_ok=True)
    document = {"parts": kept(into) | {part: entry}}
    (into / f"{NAME}.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def page(titles: dict[str, str], parts: dict[str, Any]) -> str:
    """Give docs/figures/harness.md: every part with its figures, or plainly that it was not run."""
    text = "# The harness, measured\n\n<!-- Written by `make bench-harness`. -->\n\n"
    text += "Each part says when and where it was measured; a busy machine makes other figures.\n"
    for name, title in titles.items():
        text += f"\n## {title}\n\n{_section(parts.get(name))}"
    return text


def _section(entry: dict[str, Any] | None) -> str:
    if entry is None:
        return "**Not run yet.**\n"
    if "not_run" in entry:
        return f"**Not run**: {entry['not_run']} ({entry['measured'][:10]}).\n"
    with_what = ", ".join(f"{name} {version}" for name, version in entry["versions"].items())
    figures = [Figure(**{key: one[key] for key in one if key != "verdict"}) for one in entry["figures"]]
    where = f"Measured {entry['measured']} in {entry['seconds']:.0f} s on: {entry['machine']}. {with_what}."
    return f"{where}\n\n{table(figures)}\n{entry['said']}\n"


def where_now() -> str:
    """Give one line about the machine and its load now."""
    return machine()
