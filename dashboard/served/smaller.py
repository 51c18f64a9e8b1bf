"""Makes what was compressed in haste smaller, one file after the other, in processes that give way to all others."""

import asyncio
import logging
import os
import sys
from pathlib import Path

import brotli

log = logging.getLogger(__name__)
PAUSE_S = 60.0
HASTY, SMALLEST, SUFFIX = 9, 11, "br"
LEAST_BYTES = 8_192


async def work(folder: Path, pause_s: float = PAUSE_S) -> None:
    """Until cancelled, look every ``pause_s`` seconds for files in ``folder`` to make smaller, largest first."""
    given_up: set[Path] = set()
    while True:
        await asyncio.sleep(pause_s)
        for kept in await asyncio.to_thread(waiting, folder):
            if kept not in given_up and not await _made(kept):
                given_up.add(kept)


def waiting(folder: Path) -> list[Path]:
    """The files that were compressed in haste and not made smaller yet, largest first."""
    found = [(path.stat().st_size, path) for path in folder.glob(f"*.{HASTY}.{SUFFIX}")]
    return [path for size, path in sorted(found, reverse=True) if size >= LEAST_BYTES and not smaller_of(path).exists()]


def smaller_of(kept: Path) -> Path:
    """The name of a file's smaller self."""
    return kept.with_name(kept.name.replace(f".{HASTY}.{SUFFIX}", f".{SMALLEST}.{SUFFIX}"))


async def _made(kept: Path) -> bool:
    command = (sys.executable, "-m", __name__, str(kept.resolve()))
    child = await asyncio.create_subprocess_exec(
        *command, cwd=Path(__file__).parents[2], stderr=asyncio.subprocess.PIPE
    )
    try:
        _, said = await child.communicate()
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    if child.returncode:
        log.warning("a file could not be made smaller: %s", said.decode(errors="replace")[-500:])
    return child.returncode == 0


def main(kept: Path) -> None:
    """Make one file smaller: written whole or not at all."""
    os.nice(19)
    written = kept.with_name(f".{kept.name}.{os.getpid()}")
    try:
        written.write_bytes(brotli.compress(brotli.decompress(kept.read_bytes()), quality=SMALLEST, lgwin=24))
        os.replace(written, smaller_of(kept))
    finally:
        written.unlink(missing_ok=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
