"""Measure the import of a Papers with Code dump of 300,000 links: seconds and peak memory, against what is promised.

The dump is made by seed, with titles and addresses as long as the real ones, so that its size is like theirs. Parsing
is measured in a process of its own, compressed and plain, and so is the whole `framescope import` with receipt and
database. Exit status 1 if a promise is not kept.
"""

import argparse
import gzip
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from figures import INTO, Figure, machine, table
from site_under_test import FRAMESCOPE, ROOT, environment

LINKS, SEED = 300_000, 20250728
MOST_SECONDS, MOST_MB = 20.0, 200.0
FRAMEWORKS = {"none": 45, "pytorch": 42, "tf": 10, "jax": 2, "torch": 1, "mxnet": 1, "caffe2": 1, "mindspore": 1}
WORDS = ("learning", "deep", "neural", "graph", "networks", "with", "attention", "for", "robust", "transformers", "and")
PARSE = (
    "import resource, sys, time\n"
    "from pathlib import Path\n"
    "from datetime import UTC, datetime\n"
    "from catalog.load import load_catalog\n"
    "from collectors.imports import FIGURES\n"
    "from collectors.source import Context\n"
    "importer = next(each for each in FIGURES if each.kind == 'papers_with_code')\n"
    "item = importer.item(list(load_catalog().systems.values()))\n"
    "context = Context(item, 'file:dump', datetime.now(UTC))\n"
    "began = time.perf_counter()\n"
    "with Path(sys.argv[1]).open('rb') as stream: parsed = importer.read(stream, context)\n"
    "seconds = time.perf_counter() - began\n"
    "print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6, *parsed.notes)\n"
)
TIMED = (
    "import resource, subprocess, sys, time\n"
    "began = time.perf_counter()\n"
    "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)\n"
    "print(time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e6)\n"
)


def links(count: int, seed: int) -> Iterator[dict[str, object]]:
    """Give links with the fields, the months and the labels of the real dump, the same ones for the same seed."""
    rng = random.Random(seed)  # noqa: S311 - a dump to measure with, no secret
    labels, weights = list(FRAMEWORKS), list(FRAMEWORKS.values())
    for number in range(count):
        year, month = min(25, 14 + int(12 * rng.random() ** 0.5)), rng.randint(1, 12)
        month = min(month, 7) if year == 25 else month
        paper = f"{year}{month:02}.{number // 2 % 10_000:0{5 if year > 14 else 4}}"
        title = " ".join(rng.choices(WORDS, k=rng.randint(6, 14)))
        yield {
            "paper_url": f"https://paperswithcode.com/paper/{title.replace(' ', '-')}",
            "paper_title": title.capitalize(),
            "paper_arxiv_id": paper if rng.random() < 0.8 else None,
            "paper_url_abs": f"https://arxiv.org/abs/{paper}v1",
            "paper_url_pdf": f"https://arxiv.org/pdf/{paper}v1.pdf",
            "repo_url": f"https://github.com/{rng.choice(WORDS)}{number}/{title[:30].replace(' ', '-')}",
            "is_official": rng.random() < 0.4,
            "mentioned_in_paper": rng.random() < 0.4,
            "mentioned_in_github": rng.random() < 0.6,
            "framework": rng.choices(labels, weights)[0],
        }


def write_dump(plain: Path, packed: Path, count: int, seed: int) -> None:
    """Write the dump twice, as plain JSON and as it is handed out."""
    with plain.open("wb") as one, gzip.open(packed, "wb", compresslevel=6) as other:
        for number, link in enumerate(links(count, seed)):
            text = (("[" if number == 0 else ",\n") + json.dumps(link)).encode()
            one.write(text)
            other.write(text)
        one.write(b"]")
        other.write(b"]")


def measured(command: list[str], home: Path) -> tuple[float, float]:
    """Run a program that prints seconds and MB first; give both. CalledProcessError if it fails."""
    done = subprocess.run(
        command, env=environment(home), cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True, timeout=600
    )
    seconds, megabytes, *_ = done.stdout.split()
    return float(seconds), float(megabytes)


def figures(count: int, seed: int) -> list[Figure]:
    """Measure parsing of both forms and the whole import."""
    found: list[Figure] = []
    with tempfile.TemporaryDirectory() as scratch:
        home, plain, packed = Path(scratch) / "home", Path(scratch) / "links.json", Path(scratch) / "links.json.gz"
        home.mkdir()
        write_dump(plain, packed, count, seed)
        sizes = {plain: plain.stat().st_size / 1e6, packed: packed.stat().st_size / 1e6}
        subprocess.run([FRAMESCOPE, "init"], env=environment(home), check=True, stdout=subprocess.DEVNULL)
        whole = [sys.executable, "-c", TIMED, FRAMESCOPE, "import", str(packed)]
        runs = {
            f"parse {packed.name}": ([sys.executable, "-c", PARSE, str(packed)], f"{sizes[packed]:.0f} MB"),
            f"parse {plain.name}": ([sys.executable, "-c", PARSE, str(plain)], f"{sizes[plain]:.0f} MB"),
            f"framescope import {packed.name}": (whole, "with receipt and database"),
        }
        for what, (command, how) in runs.items():
            seconds, megabytes = measured(command, home)
            how = f"{count:,} links, {how}, seed {seed}"
            found.append(Figure(what, seconds, "s", MOST_SECONDS, how))
            found.append(Figure(f"{what}, memory", megabytes, "MB", MOST_MB, "highest resident, whole process"))
    return found


def main() -> int:
    """Measure and print; 1 if a promise is not kept."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--links", type=int, default=LINKS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--write", action="store_true", help="write docs/figures/import.md too")
    given = parser.parse_args()
    where = machine()
    found = figures(given.links, given.seed)
    if given.write:
        measured_on = f"Measured {datetime.now(UTC).date()} on: {where}."
        text = f"# Figures of the import\n\n<!-- Written by `make bench`. -->\n\n{measured_on}\n\n{table(found)}"
        (INTO / "import.md").write_text(text, encoding="utf-8")
    print(f"{where}\n\n{table(found)}", end="")
    return 1 if any(one.verdict == "NOT KEPT" for one in found) else 0


if __name__ == "__main__":
    sys.exit(main())
