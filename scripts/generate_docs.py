"""Write the made pages of docs/, the bill of materials and the run's JSON schema; --check fails when one is stale."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import typer
from api_page import lines as api_lines
from capabilities_page import lines as capabilities_lines
from sbom import text as sbom
from tasks_page import lines as tasks_lines
from workloads_page import lines as workloads_lines

from catalog.load import Catalog, load_catalog
from catalog.models import Metric, Origin
from collectors.imports.run_document import schema
from collectors.settings import PREFIX
from collectors.source import Source
from collectors.sources import SOURCES
from framescope.cli import app

ROOT = Path(__file__).resolve().parents[1]
MADE = "<!-- Made from {origin} by `.venv/bin/python scripts/generate_docs.py`: edit that, then run this. -->"
COMMANDS_HEAD = """\
`framescope [--database URL] COMMAND`. With `--json` a command prints one JSON document on standard output and nothing
else there; messages and progress go to standard error. Exit status: 0 done, 1 something failed (the document, or one
line on standard error, says what), 2 wrong usage. What can be set from outside is in [settings.md](settings.md).
"""
METRICS_HEAD = """\
A *cumulative* metric only grows by rights (its last value of a period counts), a *per period* one is summed, a *share*
or *index* is averaged, a *count now* is what stood there when it was looked at. How to add one:
[adding-a-metric.md](adding-a-metric.md).
"""
SOURCES_HEAD = """\
Live sources are asked by `framescope collect`; every response is kept as a receipt before it is read. Bundled ones come
with the repository, are loaded by `framescope init`, and keep the licence of their origin. How to add one:
[adding-a-source.md](adding-a-source.md).
"""


def row(cells: Iterable[object]) -> str:
    """Give one line of a Markdown table; a bar inside a cell is escaped."""
    return "| " + " | ".join(str(cell).replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def table(head: tuple[str, ...], rows: Iterable[Iterable[object]]) -> list[str]:
    """Give the lines of a Markdown table."""
    return [row(head), row("---" for _ in head), *(row(cells) for cells in rows)]


def commands_of(group: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Give every command with its full name, groups opened, in the order of the help."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from commands_of(command, f"{prefix}{name} ")
        else:
            yield prefix + name, command


def usage(name: str, command: Any) -> str:
    """Give one line as it is typed: arguments, then options."""
    words = [f"framescope {name}"]
    for parameter in command.params:
        if parameter.param_type_name == "argument":
            word = parameter.name.upper() + ("…" if parameter.nargs == -1 else "")
            words.append(word if parameter.required else f"[{word}]")
    return " ".join([*words, "[OPTIONS]"] if options_of(command) else words)


def options_of(command: Any) -> list[Any]:
    """Give the options of a command without --help."""
    return [each for each in command.params if each.param_type_name == "option" and "--help" not in each.opts]


def spelled(option: Any) -> str:
    """Give an option as it is typed, with what its value is called where that was said."""
    names = ", ".join(option.opts)
    return f"{names} {option.metavar}" if getattr(option, "metavar", None) else names


def default_of(option: Any) -> str:
    """Give an option's default as it would be typed; nothing for flags and for options without one."""
    return (
        "" if option.is_flag or option.default in (None, [], ()) or callable(option.default) else f"`{option.default}`"
    )


def command_lines(name: str, command: Any) -> list[str]:
    """Give the section of one command."""
    lines = [f"## {name}", "", str(command.help).strip(), "", "```sh", usage(name, command), "```", ""]
    arguments = [each for each in command.params if each.param_type_name == "argument" and each.help]
    lines += [f"- `{each.name.upper()}`: {each.help}" for each in arguments] + ([""] if arguments else [])
    if options := options_of(command):
        cells = ((f"`{spelled(each)}`", each.help or "", default_of(each)) for each in options)
        lines += [*table(("option", "does", "default"), cells), ""]
    return lines


def commands_page() -> str:
    """Give docs/commands.md."""
    lines = ["# Commands", "", MADE.format(origin="framescope/cli.py"), "", COMMANDS_HEAD]
    for name, command in commands_of(typer.main.get_command(app)):
        lines += command_lines(name, command)
    return "\n".join(lines).rstrip() + "\n"


def metric_lines(metric: Metric) -> list[str]:
    """Give the section of one metric."""
    kind = metric.kind.replace("_", " ")
    return [
        f"## {metric.slug}",
        "",
        f"**{metric.title}.** {metric.means} {metric.not_means}",
        "",
        f"Unit: {metric.unit}. Kind: {kind}; longer periods by {metric.roll_up}; falls {metric.falls}.",
        f"Sources: {', '.join(f'`{name}`' for name in metric.sources) or 'none yet'}.",
        "",
    ]


def metrics_page(catalog: Catalog) -> str:
    """Give docs/metrics.md."""
    lines = ["# Metrics", "", MADE.format(origin="catalog/metrics.toml"), "", METRICS_HEAD]
    for metric in catalog.metrics.values():
        lines += metric_lines(metric)
    return "\n".join(lines).rstrip() + "\n"


def lag_of(source: Source) -> str:
    """Say how late a source usually is."""
    if source.lag_days is None:
        return "No usual lag: it tells of what happened."
    return (
        f"Its newest period usually ended at most {source.lag_days:g} {'day' if source.lag_days == 1 else 'days'} ago."
    )


def source_lines(source: Source) -> list[str]:
    """Give the section of one live source."""
    metrics = ", ".join(f"`{name}`" for name in source.metrics)
    cost = f"{source.calls_backfill} requests the first time, {source.calls_daily} a day after"
    asked = f"Asked every {source.cadence_hours:g} hours: {cost}."
    if source.imported:
        switch = f"{PREFIX}{source.live.upper()}=1" if source.live else ""
        lower = f"{asked[:1].lower()}{asked[1:]}"
        asked = "Imported by hand: `framescope import FILE`." + (f" Where `{switch}` is set, {lower}" if switch else "")
    return [
        f"## {source.name}",
        "",
        f"**{source.title}** ([documentation]({source.docs})). Licence: {source.licence}.",
        "",
        f"Metrics: {metrics}. {asked}",
        f"Key: {source.key}. {lag_of(source)}",
        "",
    ]


def origin_lines(origin: Origin) -> list[str]:
    """Give the section of one bundled table."""
    licence = f"[{origin.licence}]({origin.licence_url})" if origin.licence_url else origin.licence
    lines = [
        f"## {origin.source}",
        "",
        f"**[{origin.title}]({origin.url})**, {origin.covers_from} to {origin.covers_until}. {origin.counts}",
        "",
        f"Cite: {origin.citation}. Licence: {licence}. Retrieved {origin.retrieved}.",
        "",
        *(f"- {caveat}" for caveat in origin.caveats),
    ]
    return [*lines, *([f"- Left out: {origin.excluded}"] if origin.excluded else []), ""]


def sources_page(catalog: Catalog) -> str:
    """Give docs/sources.md."""
    where = "collectors/sources/ and catalog/"
    lines = ["# Sources", "", MADE.format(origin=where), "", SOURCES_HEAD]
    for source in SOURCES:
        lines += source_lines(source)
    built = {source.name for source in SOURCES}
    planned = [entry for slug, entry in catalog.sources.items() if slug not in built]
    if planned:
        lines += ["## Named, not collected yet", ""]
        lines += [f"- `{entry.slug}`: [{entry.title}]({entry.url}), {entry.licence}" for entry in planned] + [""]
    for origin in catalog.origins.values():
        lines += origin_lines(origin)
    return "\n".join(lines).rstrip() + "\n"


def workloads_page() -> str:
    """Give docs/workloads.md."""
    lines = ["# Workloads", "", MADE.format(origin="collectors/bench/workloads/"), "", *workloads_lines()]
    return "\n".join(lines).rstrip() + "\n"


def capabilities_page() -> str:
    """Give docs/capabilities.md."""
    lines = ["# Capabilities", "", MADE.format(origin="collectors/probes/capabilities/"), "", *capabilities_lines()]
    return "\n".join(lines).rstrip() + "\n"


def tasks_page() -> str:
    """Give docs/tasks.md."""
    lines = ["# Tasks", "", MADE.format(origin="collectors/tasks/programs/"), "", *tasks_lines()]
    return "\n".join(lines).rstrip() + "\n"


def api_page() -> str:
    """Give docs/api.md."""
    lines = ["# The API, and what else is served", "", MADE.format(origin="dashboard/served/"), "", *api_lines()]
    return "\n".join(lines).rstrip() + "\n"


def run_schema() -> str:
    """Give collectors/bench/document.schema.json."""
    return json.dumps(schema(), indent=1, ensure_ascii=False) + "\n"


def pages() -> dict[Path, Callable[[], str]]:
    """Give every generated page with what makes it."""
    catalog = load_catalog()
    return {
        ROOT / "docs" / "commands.md": commands_page,
        ROOT / "docs" / "metrics.md": lambda: metrics_page(catalog),
        ROOT / "docs" / "sources.md": lambda: sources_page(catalog),
        ROOT / "docs" / "workloads.md": workloads_page,
        ROOT / "docs" / "capabilities.md": capabilities_page,
        ROOT / "docs" / "tasks.md": tasks_page,
        ROOT / "docs" / "api.md": api_page,
        ROOT / "docs" / "sbom.cdx.json": sbom,
        ROOT / "collectors" / "bench" / "document.schema.json": run_schema,
    }


def main() -> int:
    """Write the pages; with --check only compare, and name the stale ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    stale = []
    for path, make in pages().items():
        text = make()
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(path.name)
        if not check:
            path.write_text(text, encoding="utf-8")
    if check and stale:
        print(f"stale: {', '.join(stale)}; run .venv/bin/python scripts/generate_docs.py", file=sys.stderr)
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
