"""`python -m collectors.probes`: probe a machine that has NumPy and a framework and nothing else."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from collectors.probes.registry import UnknownCapability
from collectors.probes.runner import run
from collectors.probes.spec import DEFAULT_REGISTRY, DEVICES, ProbeSpec


def main(arguments: list[str] | None = None) -> int:
    """Run probes: 0 done, 1 a probe could not be run to its end, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m collectors.probes", description=__doc__)
    parser.add_argument("capability", nargs="*")
    parser.add_argument("--system", action="append", default=[], help="may be repeated; all where none is given")
    parser.add_argument("--device", choices=DEVICES, default="cpu")
    parser.add_argument("--json", action="store_true", help="print the whole document instead of a line each")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the document to FILE as well")
    parser.add_argument("--registry", default=DEFAULT_REGISTRY, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    spec = ProbeSpec(tuple(options.capability), tuple(options.system), options.device, registry=options.registry)
    try:
        document = run(spec, None if options.json else _line)
    except UnknownCapability as error:
        print(f"collectors.probes: {error}", file=sys.stderr)
        return 2
    text = json.dumps(document, indent=1, allow_nan=False)
    if options.out:
        options.out.write_text(text + "\n", encoding="utf-8")
    if options.json:
        print(text)
    return int(any(row["state"] == "error" for row in document["results"]))


def _line(row: dict[str, Any]) -> None:
    said = str(row["message"]).partition("\n")[0]
    print(f"{row['capability']:30} {row['system']:17} {row['mode']:9} {row['state']:14} {said[:100]}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
