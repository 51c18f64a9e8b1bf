"""The command line of upkeep: backups, retention, and what is wrong here; see framescope/commands for what they do."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


def add_to(app: typer.Typer) -> None:
    """Register these commands."""
    commands: tuple[Callable[..., None], ...] = (backup, restore, retention, doctor)
    for command in commands:
        app.command()(command)


def backup(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="A file to make, such as all.zip, or a directory for one named by the time."
        ),
    ],
    json: Json = False,
) -> None:
    """Write the database and the bodies of its receipts into one file, consistent, while everything runs."""
    from framescope.commands import backup as commands

    commands.backup(file, json=json)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `backup` made.")],
    replace: Annotated[bool, typer.Option("--replace", help="In place of the database that is there.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="With --replace: though others are connected to the PostgreSQL database.")
    ] = False,
    json: Json = False,
) -> None:
    """Put a backup back, checked first; an older one is upgraded, one of a newer Framescope is refused.

    Stop the site and the workers before: a database that others use is not replaced. A file that is replaced stays
    beside the new one, as NAME.replaced.
    """
    from framescope.commands import backup as commands

    commands.restore(file, replace=replace, force=force, json=json)


def retention(
    jobs: Annotated[int | None, typer.Option(metavar="DAYS", min=1, help="Remove jobs that ended longer ago.")] = None,
    samples: Annotated[
        int | None, typer.Option(metavar="DAYS", min=1, help="Give up raw samples that were measured longer ago.")
    ] = None,
    receipts: Annotated[
        int | None, typer.Option(metavar="DAYS", min=1, help="Give up bodies of receipts that came longer ago.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go; remove nothing.")] = False,
    json: Json = False,
) -> None:
    """Give up what is old of jobs, raw samples and receipts' bodies; what is not named is kept for ever.

    No observation ever goes, and no result of a measurement: medians, intervals and verdicts stay.
    """
    from framescope.commands import retention as commands

    commands.retention(jobs=jobs, samples=samples, receipts=receipts, dry_run=dry_run, json=json)


def doctor(json: Json = False) -> None:
    """Say what works on this machine and what does not, and what to do; exit status 1 where something failed."""
    from framescope.commands import doctor as commands

    commands.doctor(json=json)
