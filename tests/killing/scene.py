"""The processes that a killing is about: started, started again when they are gone, and killed one at a time."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from postgresql_server import Server

from tests.killing.asking import SOURCES
from tests.killing.diary import Diary

ROOT = Path(__file__).resolve().parents[2]
ONCE = ("asking",)
"""Who is through when it ends well; all others are started again whatever they end with."""


@dataclass
class Role:
    """One process that there is at a time; ``ends`` are the statuses it may end with, besides being killed."""

    command: list[str]
    ends: tuple[int, ...]
    process: subprocess.Popen[bytes] | None = None
    through: bool = False


@dataclass
class Scene:
    """Everything that runs in one home; ``wrong`` says who ended as nobody should."""

    home: Path
    port: int
    environment: dict[str, str]
    dice: random.Random
    jobs: int
    site: bool = False
    server: Server | None = None
    killed: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        diary, python = str(self.home / "diary"), [sys.executable, "-m"]
        self.diary, away = Diary(Path(diary)), () if self.server is None else (1,)
        self.roles = {
            "measuring worker": Role([*python, "tests.killing.worker", diary, "benchmark"], away),
            "collecting worker": Role([*python, "tests.killing.worker", diary, "collection"], away),
            "asking": Role([*python, "tests.killing.asking", diary, str(self.jobs)], (0, *away)),
            "collector": Role([*python, "framescope", "collect", *SOURCES], (0, *away)),
        }
        if self.site:
            command = ["streamlit", "run", "dashboard/asgi.py", "--server.port", str(self.port), "--server.headless"]
            bound = ["true", "--server.address", "127.0.0.1", "--browser.serverAddress", "localhost"]
            self.roles["site"] = Role([*python, *command, *bound], ())

    def look(self) -> None:
        """Start whoever is not there, and note who ended in another way than by being killed."""
        for name, role in self.roles.items():
            status = None if role.process is None else role.process.poll()
            if role.process is not None and status is not None:
                role.through = name in ONCE and status == 0
                if status not in (-signal.SIGKILL, *role.ends):
                    self.wrong.append(f"the {name} ended with status {status}: {self._last_words(name)}")
            if (role.process is None or status is not None) and not role.through:
                self._start(name, role)

    def deck(self) -> list[str]:
        """Who is killed next, in an order by chance: everybody once."""
        found = [*self.roles, "child"] + ([] if self.server is None else ["server"])
        self.dice.shuffle(found)
        return found

    def is_ready(self, name: str) -> bool:
        """Whether one is in the middle of something: a worker of a job, a child there, any other started at all."""
        if name == "child":
            return bool(self._children())
        role = self.roles.get(name)
        if role is None or role.process is None:
            return role is None
        return role.through or "worker" not in name or role.process.pid in self.diary.at_work()

    def kill(self, name: str) -> None:
        """Kill one of them dead, and note when."""
        self.look()
        if name == "server" and self.server is not None:
            self.server.end(signal.SIGKILL)
            self.diary.note("killed", who=name, victim=0)
            self.server.start_again()
        elif name == "child":
            if not (children := self._children()):
                return
            self._kill(self.dice.choice(children), name)
        elif (process := self.roles[name].process) is None or process.poll() is not None:
            return
        else:
            self._kill(psutil.Process(process.pid), name)
            process.wait(30)
        self.killed[name] += 1

    def end(self) -> None:
        """End everybody, and whatever they started."""
        for role in self.roles.values():
            if role.process is not None:
                children = (
                    psutil.Process(role.process.pid).children(recursive=True) if role.process.poll() is None else []
                )
                role.process.kill()
                role.process.wait(30)
                psutil.wait_procs(children, timeout=30)
                self.wrong += [f"outlived its parent: {child.cmdline()}" for child in children if child.is_running()]

    def _kill(self, victim: psutil.Process, name: str) -> None:
        try:
            victim.kill()
        except psutil.NoSuchProcess:
            return
        self.diary.note("killed", who=name, victim=victim.pid)

    def _children(self) -> list[psutil.Process]:
        worker = self.roles["measuring worker"].process
        if worker is None or worker.poll() is not None:
            return []
        try:
            return list(psutil.Process(worker.pid).children(recursive=True))
        except psutil.NoSuchProcess:
            return []

    def _start(self, name: str, role: Role) -> None:
        with (self.home / f"{name}.log").open("ab") as log:
            role.process = subprocess.Popen(
                role.command, env=self.environment, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def _last_words(self, name: str) -> str:
        return (self.home / f"{name}.log").read_text(encoding="utf-8", errors="replace")[-600:]


def environment(home: Path, world: dict[str, str], url: str) -> dict[str, str]:
    """What every one of them is told."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FRAMESCOPE_")}
    told = {"FRAMESCOPE_HOME": str(home), "FRAMESCOPE_DATABASE_URL": url, "NO_PROXY": "*"}
    return kept | world | told
