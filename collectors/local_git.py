"""Runs git on a clone that others filled: it only reads, within bounds, and nothing in the clone is run or fetched."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from collectors.errors import SkipItem, StopSource

_LONGEST_COMPLAINT = 200
# what the clone's own configuration could start, and what would change what its history says
_SETTINGS = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.commitGraph": "false",
    "core.pager": "cat",
    "diff.external": "",
    "log.showSignature": "false",
    "protocol.allow": "never",
}


def program() -> str:
    """Where git is. Raises `StopSource`."""
    found = shutil.which("git")
    if found is None:
        raise StopSource("git is not on the path. Install it, or put it there")
    return found


def _environment() -> Mapping[str, str]:
    """Nothing of the user's own: no configuration, no password prompts, no way to the network."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": os.devnull,
        "XDG_CONFIG_HOME": os.devnull,
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_GRAFT_FILE": os.devnull,
    }


@dataclass(frozen=True, slots=True)
class Clone:
    """The repository in a directory: a bare one, or the ``.git`` of a working tree; bounds in seconds and bytes.

    It is named outright and never searched for, so git neither looks into the directories above nor asks who owns it.
    """

    git_dir: Path
    timeout_s: float = 300.0
    max_bytes: int = 64 * 1024 * 1024

    @classmethod
    def at(cls, directory: Path) -> Clone | None:
        """The clone in a directory; None where there is none."""
        if (directory / ".git").exists():
            return cls(directory / ".git")
        return cls(directory) if (directory / "HEAD").is_file() else None

    def answer(self, *words: str, or_code: int | None = None) -> bytes:
        """What a git command prints; empty where it ends with ``or_code``. Raises `SkipItem`, `StopSource`."""
        settings = [word for name, value in _SETTINGS.items() for word in ("-c", f"{name}={value}")]
        command = [program(), "--no-pager", "--no-replace-objects", *settings, f"--git-dir={self.git_dir}", *words]
        with tempfile.TemporaryFile() as said:
            code, out = self._run(command, said.fileno())
            if code == or_code:
                return b""
            if code:
                said.seek(0)
                complaint = said.read(_LONGEST_COMPLAINT).decode(errors="replace").partition("\n")[0]
                plain = "".join(letter for letter in complaint if letter.isprintable())
                raise SkipItem(f"git cannot read the clone ({plain or f'it ended with {code}'}). Check it")
        return out

    def _run(self, command: list[str], stderr: int) -> tuple[int, bytes]:
        """The exit status and the output. Raises `SkipItem` where either bound is passed."""
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env=_environment(),
            cwd=os.sep,
            start_new_session=True,
        ) as process:
            late = threading.Event()

            def end() -> None:
                late.set()
                _kill_group(process)

            watch = threading.Timer(self.timeout_s, end)
            watch.start()
            try:
                out = process.stdout.read(self.max_bytes + 1) if process.stdout else b""
                if len(out) > self.max_bytes:
                    _kill_group(process)
                code = process.wait()
            finally:
                watch.cancel()
                if process.poll() is None:
                    _kill_group(process)
        if len(out) > self.max_bytes:
            raise SkipItem(f"git prints more than {self.max_bytes:,} bytes. Check the clone")
        if late.is_set():
            raise SkipItem(f"git was not done within {self.timeout_s:g} s. Check the clone")
        return code, out


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """End it and whatever it started, which would keep the output open; nothing where all have ended."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
