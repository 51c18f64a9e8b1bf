"""The command line of what stays running, the site and its workers; framescope/commands has what they do."""

from collections.abc import Callable
from typing import Annotated

import typer

Port = Annotated[int, typer.Option(min=0, max=65535, help="Port of the site; 0 takes a free one.")]
Address = Annotated[str, typer.Option(help="Address to bind to; any but loopback asks for sign-in or a run token.")]


def add_to(app: typer.Typer) -> None:
    """Register these commands."""
    commands: tuple[Callable[..., None], ...] = (up, serve, worker)
    for command in commands:
        app.command()(command)


def up(
    port: Port = 8501,
    address: Address = "127.0.0.1",
    measure: Annotated[bool, typer.Option(help="Measure speed and probe once, if that was never done here.")] = True,
) -> None:
    """Start everything: database, worker, collection of what is due, a first measurement and probing, the site."""
    from framescope.commands import serve as commands

    commands.up(port=port, address=address, measure=measure)


def serve(port: Port = 8501, address: Address = "127.0.0.1") -> None:
    """Start the site alone."""
    from framescope.commands import serve as commands

    commands.serve(port=port, address=address)


def worker(
    once: Annotated[bool, typer.Option("--once", help="Stop when no job is waiting.")] = False,
    kind: Annotated[
        list[str] | None,
        typer.Option(help="Only jobs of this kind: benchmark, probe, tasks or collection (may be repeated)."),
    ] = None,
    ray: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Have benchmarks measured on the nodes of this Ray cluster, several at once, one on each device.",
        ),
    ] = None,
) -> None:
    """Start a worker alone: it claims jobs, one at a time, and runs them; with --ray, has benchmarks run by nodes."""
    from framescope.commands import serve as commands

    commands.worker(once=once, kinds=kind or [], ray=ray)
