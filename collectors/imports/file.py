"""Opens a file that somebody names: nothing but a regular file that can be read, and never by its name's promise."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from collectors.errors import SkipItem
from collectors.unpacked import Unpacked

HEAD = 64 * 1024
LONGEST_NAME = 120


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A file, open at its beginning. Raises `SkipItem` saying why it cannot be."""
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except FileNotFoundError:
        raise SkipItem("There is no such file") from None
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or "its name cannot be used"
        raise SkipItem(f"The file cannot be read: {said}") from None
    try:
        _must_be_a_file(os.fstat(handle))
    except SkipItem:
        os.close(handle)
        raise
    with open(handle, "rb") as file:
        yield file


def _must_be_a_file(facts: os.stat_result) -> None:
    if stat.S_ISDIR(facts.st_mode):
        raise SkipItem("This is a directory. Name the files in it")
    if not stat.S_ISREG(facts.st_mode):
        raise SkipItem("This is no regular file. Save what it gives to a file first")
    if not facts.st_size:
        raise SkipItem("The file is empty")


def head_of(file: BinaryIO) -> bytes:
    """The first bytes, decompressed. Raises `SkipItem` where they are compressed and damaged."""
    try:
        return Unpacked(file, HEAD).head(HEAD)
    finally:
        file.seek(0)


def address(path: Path) -> str:
    """How a receipt names a file: by its name alone, without the directories that lead to it."""
    return f"file:{quote(path.name[:LONGEST_NAME], errors='replace')}"
