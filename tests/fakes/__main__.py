"""Run the whole world of fakes: ``python -m tests.fakes --port 8700 --seed 1 --faults 0.1`` prints what to set."""

import argparse
import shlex
import signal
import sys

from tests.fakes.loopback import Whims, World
from tests.fakes.misbehaviours import EVERY


def main() -> int:
    """Serve until interrupted; the lines printed go into a shell before ``framescope collect``."""
    parser = argparse.ArgumentParser(prog="python -m tests.fakes", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port of the loopback; 0 takes a free one")
    parser.add_argument("--seed", type=int, default=0, help="which answers go wrong, and how")
    parser.add_argument("--faults", type=float, default=0.0, help="the share of answers that do, from 0 to 1")
    given = parser.parse_args()
    ends = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)  # before there are threads that could take them
    with World(given.port, Whims(given.seed, given.faults, EVERY)) as world:
        for name, value in world.environment().items():
            print(f"export {name}={shlex.quote(value)}", flush=True)
        print(f"# {world.address}, seed {given.seed}; end it with Ctrl-C", flush=True)
        signal.sigwait(ends)
        for what, times in sorted(world.wrong.items()):
            print(f"# {times:5d} x {what}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
