"""The commands of `framescope bench`: names, options and help, as framescope/cli.py has them for all others."""

from typing import Annotated

import typer

bench = typer.Typer(help="Measure speed on this machine.", no_args_is_help=True, rich_markup_mode=None)
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]


@bench.command("workloads")
def bench_workloads(json: Json = False) -> None:
    """List what can be measured."""
    from framescope.commands import bench as commands

    commands.workloads(json=json)


@bench.command("variants")
def bench_variants(json: Json = False) -> None:
    """List frameworks and modes, and which are installed here."""
    from framescope.commands import bench as commands

    commands.variants(json=json)


@bench.command("run")
def bench_run(
    workload: Annotated[list[str], typer.Argument(help="Workloads to measure; see `bench workloads`.")],
    variant: Annotated[list[str] | None, typer.Option(help="Only this variant (may be repeated).")] = None,
    size: Annotated[str | None, typer.Option(help="Size of the workload; each has its default.")] = None,
    device: Annotated[str, typer.Option(help="cpu, or a GPU by number: cuda:0, cuda:1; cuda is the first.")] = "cpu",
    preset: Annotated[str, typer.Option(help="defaults (what a user gets) or matched (same settings).")] = "matched",
    seconds: Annotated[
        float, typer.Option(help="Time for measuring, shared by the workloads; first starts add.")
    ] = 60.0,
    cache: Annotated[str, typer.Option(help="hot (same inputs every call) or cold (inputs not in the cache).")] = "hot",
    processes: Annotated[
        int,
        typer.Option(
            help="Fresh processes of each variant, 1 to 10; from 2 on, more while they differ and time is left."
        ),
    ] = 3,
    threads: Annotated[
        int | None, typer.Option(help="Threads of every variant, in the preset matched; else one a physical core.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Of the order in the rounds and the resampling; else drawn.")] = None,
    out: Annotated[
        str | None, typer.Option(metavar="FILE", help="Write the run's document with its raw samples there too.")
    ] = None,
    by_worker: Annotated[
        bool,
        typer.Option("--worker", help="Wait for a worker to measure it, here or on a node that it reaches, not now."),
    ] = False,
    json: Json = False,
) -> None:
    """Measure now, on this machine; with --worker, where a worker has it measured."""
    from framescope.commands import bench as commands

    commands.run(
        workload,
        variants=variant or [],
        size=size,
        device=device,
        preset=preset,
        seconds=seconds,
        cache=cache,
        processes=processes,
        threads=threads,
        seed=seed,
        out=out,
        by_worker=by_worker,
        json=json,
    )


@bench.command("selftest")
def bench_selftest(
    seconds: Annotated[float, typer.Option(help="No comparison of equals is begun after so many seconds.")] = 170.0,
    comparisons: Annotated[int, typer.Option(min=0, help="Of a variant with itself, under a load.")] = 20,
    check: Annotated[list[str] | None, typer.Option(help="Only this check (may be repeated).")] = None,
    without: Annotated[
        list[str] | None,
        typer.Option(metavar="GUARD", help="Switch a guard of the harness off, to see the self-test fail."),
    ] = None,
    json: Json = False,
) -> None:
    """Prove that the harness can be wrong: inject faults, and see whether it names them. Needs no database."""
    from framescope.commands import bench as commands

    commands.selftest(seconds, comparisons=comparisons, checks=check or [], without=without or [], json=json)


@bench.command("history")
def bench_history(
    workload: Annotated[str | None, typer.Argument(help="Only this workload.")] = None, json: Json = False
) -> None:
    """Look back on results: each with the key it is held under and the step it made, if it made one."""
    from framescope.commands import bench as commands

    commands.history(workload, json=json)


@bench.command("export")
def bench_export(
    run: Annotated[int, typer.Argument(help="The run's number.")],
    file: Annotated[str, typer.Argument(help="File to write; - for standard output.")],
) -> None:
    """Write a run's document to a file."""
    from framescope.commands import bench as commands

    commands.export(run, file)
