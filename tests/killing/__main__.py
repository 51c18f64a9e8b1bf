"""Kill and count, with a file and with a PostgreSQL server (`make soak-faults`): ``python -m tests.killing``."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from postgresql_server import Server, find_binaries

from tests.killing.killing import kill

KINDS = ("sqlite", "postgresql")


@contextmanager
def _server(wanted: bool) -> Iterator[Server | None]:
    binaries = find_binaries() if wanted else None
    if binaries is None:
        yield None
        return
    server = Server(binaries, durable=True)
    try:
        yield server
    finally:
        server.close()


def main() -> int:
    """Kill so many times with each kind of store; exit status 1 if anything was lost, doubled or stuck."""
    parser = argparse.ArgumentParser(prog="python -m tests.killing", description=__doc__)
    parser.add_argument("--kills", type=int, default=50, help="with each kind of store")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS)
    given = parser.parse_args()
    wrong: list[str] = []
    for kind in given.kinds:
        with tempfile.TemporaryDirectory() as scratch, _server(kind == "postgresql") as server:
            if kind == "postgresql" and server is None:
                print("NO POSTGRESQL: install the package postgresql")
                continue
            jobs = max(6, given.kills // 2)
            outcome = kill(Path(scratch), given.seed, given.kills, jobs=jobs, site=True, server=server)
            print(f"{kind}: seed {given.seed}, {outcome}", flush=True)
            wrong += [f"{kind}: seed {given.seed}: {each}" for each in outcome.wrong]
    print("\n".join(wrong) or "no job lost or run twice, no figure lost or doubled, no lease 30 s beyond its end")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
