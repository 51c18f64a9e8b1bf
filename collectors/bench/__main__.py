"""`python -m collectors.bench`: measure on a machine that has NumPy and a framework and nothing else."""

import argparse
import json
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from collectors.bench import listing
from collectors.bench.guards import GUARDS
from collectors.bench.runner import run
from collectors.bench.selftest.report import COMPARISONS, SECONDS, selftest, table
from collectors.bench.spec import CACHES, DEFAULT_REGISTRY, PRESETS, BenchSpec, SpecError

INTERRUPTED = 130
"""What a shell expects of a command that Ctrl-C ended."""


def main(arguments: list[str] | None = None) -> int:
    """Do one command: 0 done, 1 a variant failed or was wrong, 2 wrong usage or no file can be written here.

    130 where Ctrl-C ended the measuring: what was complete until then is printed and written all the same.
    """
    options = _parser().parse_args(arguments)
    action: Callable[[argparse.Namespace], int] = options.action
    try:
        return action(options)
    except (SpecError, OSError) as error:
        print(f"collectors.bench: {error}", file=sys.stderr)
        return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m collectors.bench", description=__doc__)
    commands = parser.add_subparsers(required=True)
    lists: tuple[Callable[[], Any], ...] = (listing.workloads, listing.variants, listing.devices)
    for name, rows in ((rows.__name__, rows) for rows in lists):
        command = commands.add_parser(name, help=f"list the {name}")
        command.set_defaults(action=lambda _, rows=rows: _print(rows()))
    measure = commands.add_parser("run", help="measure now")
    measure.add_argument("workload", nargs="+")
    measure.add_argument("--variant", action="append", default=[], help="may be repeated; all where none is given")
    measure.add_argument("--size")
    measure.add_argument("--device", default="cpu", help="cpu, cuda or cuda:N; see `devices`")
    measure.add_argument("--preset", choices=PRESETS, default="matched")
    measure.add_argument(
        "--cache", choices=CACHES, default="hot", help="cold: each call takes other copies of its inputs"
    )
    measure.add_argument("--seconds", type=float, default=40.0, help="for warm-up and rounds, over all workloads")
    measure.add_argument(
        "--processes",
        type=int,
        default=3,
        help="fresh processes of each variant; from 2 on, more while they differ and time is left",
    )
    measure.add_argument("--threads", type=int)
    measure.add_argument("--seed", type=int)
    measure.add_argument("--json", action="store_true", help="print the whole document instead of a table")
    measure.add_argument("--out", type=Path, metavar="FILE", help="write the document to FILE as well")
    measure.add_argument("--registry", default=DEFAULT_REGISTRY, help=argparse.SUPPRESS)
    measure.set_defaults(action=_run)
    prove = commands.add_parser("selftest", help="inject faults, and see whether the harness names them")
    prove.add_argument("--seconds", type=float, default=SECONDS, help="no comparison is begun after so many")
    prove.add_argument("--comparisons", type=int, default=COMPARISONS, help="of a variant with itself, under a load")
    prove.add_argument("--check", action="append", default=[], help="only this one; may be repeated")
    prove.add_argument(
        "--without", action="append", default=[], metavar="GUARD", help=f"switch off: {', '.join(GUARDS)}"
    )
    prove.add_argument("--json", action="store_true", help="print the whole document instead of a table")
    prove.set_defaults(action=_selftest)
    return parser


def _run(options: argparse.Namespace) -> int:
    spec = BenchSpec(
        workloads=tuple(dict.fromkeys(options.workload)),
        variants=tuple(dict.fromkeys(options.variant)),
        size=options.size,
        device=options.device,
        preset=options.preset,
        cache=options.cache,
        seconds=options.seconds,
        threads=options.threads,
        seed=options.seed,
        registry=options.registry,
        processes=options.processes,
    )
    if options.out:
        options.out.touch()  # what cannot be written is said before minutes of measuring
    with _interrupts() as interrupted:
        document = run(spec, _report, interrupted.is_set)
    whole, unwritten = options.json, False
    if options.out:
        try:
            options.out.write_text(json.dumps(document, indent=1), encoding="utf-8")
        except OSError as error:
            print(f"collectors.bench: {error}; the document follows on standard output instead", file=sys.stderr)
            whole = unwritten = True
    if whole:
        _print(document)
    else:
        print(listing.table(document))
    if unwritten or interrupted.is_set():
        return 2 if unwritten else INTERRUPTED
    return int(any(r["status"] not in ("ok", "unavailable") for r in document["results"]))


@contextmanager
def _interrupts() -> Iterator[threading.Event]:
    """Note the first Ctrl-C, which ends the measuring in order, instead of losing what was measured; obey the second.

    The command line of Framescope has `framescope.ending` for it, which this room may not import.
    """
    asked = threading.Event()

    def note(_number: int, _frame: FrameType | None) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        print("collectors.bench: ending; what is complete is kept. Ctrl-C again: at once, nothing", file=sys.stderr)
        asked.set()

    before = signal.signal(signal.SIGINT, note)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, before)


def _selftest(options: argparse.Namespace) -> int:
    document = selftest(
        seconds=options.seconds,
        comparisons=options.comparisons,
        checks=options.check,
        without=options.without,
        say=lambda text: print(text, file=sys.stderr),
    )
    if options.json:
        _print(document)
    else:
        print(table(document))
    return int(not document["passed"])


def _report(event: dict[str, Any]) -> None:
    if event["kind"] == "progress" and event.get("round", 0) % 10 == 0:
        print(f"{event['fraction']:4.0%} {event['message']}", file=sys.stderr)


def _print(document: Any) -> int:
    json.dump(document, sys.stdout, indent=1, allow_nan=False)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
