"""The command line: names, options and help. What a command does is in framescope/commands, imported when it runs."""

import sys
from datetime import datetime
from typing import Annotated

import typer

from framescope import cli_serve, cli_upkeep
from framescope.cli_bench import bench

app = typer.Typer(
    name="framescope",
    help="PyTorch or TensorFlow, Keras or JAX? The comparison that can be re-run, with a receipt behind every figure.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(bench, name="bench")
cli_upkeep.add_to(app)
cli_serve.add_to(app)
receipts = typer.Typer(help="Look after the kept responses.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(receipts, name="receipts")

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
Since = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Only periods that begin on or after this day."),
]
Until = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Only periods that begin before this day.")
]


@app.callback()
def options(
    database: Annotated[
        str | None, typer.Option(metavar="URL", help="Database address; else FRAMESCOPE_DATABASE_URL, else a file.")
    ] = None,
) -> None:
    """PyTorch or TensorFlow, Keras or JAX? The comparison that can be re-run, with a receipt behind every figure."""
    from framescope.environment import prepare

    prepare(database)


@app.command()
def init(
    backup: Annotated[bool, typer.Option(help="Before an upgrade, back the file up into the home's `backups`.")] = True,
    json: Json = False,
) -> None:
    """Create or upgrade the database, load the catalogue and the bundled history; safe to repeat."""
    from framescope.commands import store

    store.init(json=json, backup=backup)


@app.command()
def series(
    metric: Annotated[list[str] | None, typer.Option(help="Only this metric (may be repeated).")] = None,
    system: Annotated[list[str] | None, typer.Option(help="Only this system (may be repeated).")] = None,
    source: Annotated[list[str] | None, typer.Option(help="Only this source (may be repeated).")] = None,
    since: Since = None,
    until: Until = None,
    format: Annotated[str, typer.Option(help="json, csv, parquet or table.")] = "table",  # noqa: A002  # the option's name is the contract's
    json: Json = False,
) -> None:
    """Read observations: value, period, unit, status, origin and receipt."""
    from framescope.commands import store

    store.series(
        metrics=metric or [],
        systems=system or [],
        sources=source or [],
        since=since.date() if since else None,
        until=until.date() if until else None,
        format="json" if json else format,
    )


@app.command()
def sources(json: Json = False) -> None:
    """List every source with its state and cost."""
    from framescope.commands import collect as commands

    commands.sources(json=json)


@app.command()
def systems(json: Json = False) -> None:
    """List every tracked system: what became of it, last release, pace, downloads, successor, and the evidence.

    A state follows from dated releases, repositories and cited facts by one rule; unknown stays unknown.
    """
    from framescope.commands import systems as commands

    commands.systems(json=json)


@app.command()
def collect(
    source: Annotated[list[str] | None, typer.Argument(help="Sources to collect; none means all.")] = None,
    due: Annotated[bool, typer.Option("--due", help="Only what is due by its cadence.")] = False,
    since: Since = None,
    system: Annotated[list[str] | None, typer.Option(help="Only this system (may be repeated).")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be asked; ask nothing.")] = False,
    json: Json = False,
) -> None:
    """Run collectors now; each leaves a run, receipts and observations.

    With --due, for cron: exit status 1 where somebody should look, and silent otherwise where there is no terminal.
    """
    from framescope.commands import collect as commands

    commands.collect(
        source or [],
        due=due,
        since=since.date() if since else None,
        systems=system or [],
        dry_run=dry_run,
        json=json,
    )


@app.command("import")
def import_(
    file: Annotated[list[str], typer.Argument(help="Files to import; what each is, its content says.")],
    json: Json = False,
) -> None:
    """Import files: a Google Trends export, a Papers with Code links dump, a benchmark run of another machine."""
    from framescope.commands import imports as commands

    commands.import_files(file, json=json)


@app.command()
def doubts(
    action: Annotated[str | None, typer.Argument(help="confirm or dismiss; nothing lists them.")] = None,
    doubt: Annotated[list[int] | None, typer.Argument(help="Numbers of the doubts to confirm or dismiss.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Settled ones too.")] = False,
    json: Json = False,
) -> None:
    """List the values that are held back; confirm (the value is right and counts) or dismiss (it stays out)."""
    from framescope.commands import doubts as commands

    commands.doubts(action, doubt or [], everything=everything, json=json)


@app.command()
def replay(
    into: Annotated[
        str, typer.Option(metavar="URL", help="Address of the database to make, which must not exist yet.")
    ],
    json: Json = False,
) -> None:
    """Rebuild the database from receipts and bundled tables, asking nobody, and compare the two."""
    from framescope.commands import receipts as commands

    commands.replay(into, json=json)


@app.command("copy")
def copy_(
    source: Annotated[str, typer.Argument(metavar="SRC", help="Address of the database to copy; it stays as it is.")],
    target: Annotated[str, typer.Argument(metavar="DST", help="Address of an empty database, or of a file to make.")],
    json: Json = False,
) -> None:
    """Copy a whole database into an empty one, between SQLite and PostgreSQL either way, and compare the two.

    All of it or nothing is kept. Bodies of receipts are files and stay where they are.
    """
    from framescope.commands import copying as commands

    commands.copy(source, target, json=json)


@app.command()
def jobs(
    action: Annotated[str | None, typer.Argument(help="cancel; nothing lists them.")] = None,
    job: Annotated[list[int] | None, typer.Argument(help="Numbers of the jobs to cancel.")] = None,
    json: Json = False,
) -> None:
    """List queued, running and past jobs; cancel some, whoever asked for them.

    Exit status 1 where one to cancel was over already, or is none.
    """
    from framescope.commands import queue as commands

    commands.jobs(action, job or [], json=json)


@app.command()
def devices(json: Json = False) -> None:
    """List what can be measured on: the processor and the GPUs here, and those of the nodes that workers reach."""
    from framescope.commands import devices as commands

    commands.devices(json=json)


@app.command()
def probe(
    capability: Annotated[list[str] | None, typer.Argument(help="Capabilities to probe; none means all.")] = None,
    system: Annotated[
        list[str] | None, typer.Option(help="Only this system, as pytorch or keras.torch (may be repeated).")
    ] = None,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    again: Annotated[
        bool, typer.Option(help="Look once more, in a fresh process, at what did not pass in a used one.")
    ] = True,
    json: Json = False,
) -> None:
    """Find out what the frameworks installed here can do, in each mode, by running it.

    Exit status 1 where a probe could not be run to its end; a capability that is not there is an answer.
    """
    from framescope.commands import probe as commands

    commands.probe(capability or [], systems=system or [], device=device, again=again, json=json)


@app.command()
def claims(
    claim: Annotated[list[str] | None, typer.Argument(help="Claims by their ids; none means all.")] = None,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="As it stood on this day; else today.")
    ] = None,
    record: Annotated[bool, typer.Option("--record", help="Keep what changed since the verdicts kept last.")] = False,
    json: Json = False,
) -> None:
    """Tell what published comparisons said and whether it is still so, each verdict with its evidence."""
    from framescope.commands import claims as commands

    commands.claims(claim or [], as_of=as_of.date() if as_of else None, record=record, json=json)


@app.command()
def choose(
    situation: Annotated[
        str, typer.Option(help="learning, research, serving, embedded, browser, distributed, tpu, old-code or both.")
    ] = "",
    weight: Annotated[
        list[str] | None,
        typer.Option(metavar="CRITERION=N", help="Weight of a criterion, 0 to 10 (may be repeated)."),
    ] = None,
    json: Json = False,
) -> None:
    """Rank the frameworks for a situation, or by weights of your own, as ranges with their evidence.

    What is not known widens a range; said is at which weight of which criterion another one would lead. Without a
    situation only the weights given count; without either every criterion counts alike.
    """
    from framescope.commands import choose as commands

    commands.choose(situation, weight or [], json=json)


@app.command()
def tasks(
    task: Annotated[list[str] | None, typer.Argument(help="Tasks to run; none means all.")] = None,
    system: Annotated[
        list[str] | None, typer.Option(help="Only this system, as pytorch or tensorflow.v1 (may be repeated).")
    ] = None,
    json: Json = False,
) -> None:
    """Run the same tasks in each framework's own code, one after another, and keep what each printed.

    Exit status 1 where a program broke off or its own check does not hold.
    """
    from framescope.commands import tasks as commands

    commands.tasks(task or [], systems=system or [], json=json)


@app.command()
def api(
    framework: Annotated[list[str] | None, typer.Argument(help="Frameworks to read; none means all.")] = None,
    against: Annotated[
        str | None,
        typer.Option(metavar="VERSION", help="Compare with this version on the package index, or with `newest`."),
    ] = None,
    kernels: Annotated[bool, typer.Option(help="Ask the installed frameworks for their kernels, too.")] = True,
    json: Json = False,
) -> None:
    """Count public names and kernels of the installed frameworks; compare names with a wheel, without installing it.

    Exit status 1 where something could not be read; the rest is kept.
    """
    from framescope.commands import packages as commands

    commands.api(framework or [], against=against, kernels=kernels, json=json)


@app.command()
def models(
    installed: Annotated[bool, typer.Option("--installed", help="Only libraries installed here; ask nobody.")] = False,
    json: Json = False,
) -> None:
    """Read which models libraries ship, from wheels on the package index, and where those the articles list are.

    Exit status 1 where a library could not be read; the rest is kept.
    """
    from framescope.commands import packages as commands

    commands.models(installed=installed, json=json)


@app.command()
def cuda(
    framework: Annotated[
        list[str] | None, typer.Argument(metavar="FRAMEWORK…", help="Frameworks to read; none means all.")
    ] = None,
    version: Annotated[
        str, typer.Option(metavar="VERSION", help="This version on the package index, or `newest`.")
    ] = "newest",
    json: Json = False,
) -> None:
    """Read which CUDA versions a wheel on the package index asks for, from its requirements, without installing it.

    Exit status 1 where something could not be read; the rest is kept.
    """
    from framescope.commands import packages as commands

    commands.cuda(framework or [], version=version, json=json)


@app.command()
def latency(json: Json = False) -> None:
    """Days from a new Python to the first wheel of each framework, by platform; from what `collect` kept."""
    from framescope.commands import packages as commands

    commands.latency(json=json)


@receipts.command("prune")
def receipts_prune(
    older_than: Annotated[int, typer.Option(metavar="DAYS", min=1, help="Give up bodies that came longer ago.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go; remove nothing.")] = False,
    json: Json = False,
) -> None:
    """Give up the bodies of old receipts: every figure stays, but a replay no longer reaches them."""
    from framescope.commands import receipts as commands

    commands.prune(older_than, dry_run=dry_run, json=json)


def main() -> None:
    """Run a command; a known error becomes one line (or one JSON document) and exit status 1, or 2 for wrong usage."""
    try:
        status = app(standalone_mode=False)
    except Exception as error:
        from framescope.failing import told

        status = told(error)
        if status is None:
            raise
    sys.exit(status or 0)
