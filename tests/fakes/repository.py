"""Real git repositories for the tests, made commit by commit with the dates, people and shapes that are asked for."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Repository:
    """A repository with a working tree; times are texts that git reads, "2020-03-01T12:00:00+0000"."""

    path: Path

    @classmethod
    def made(cls, path: Path) -> Repository:
        path.mkdir(parents=True)
        made = cls(path)
        made.git("init", "-q", "-b", "main")
        return made

    def git(self, *words: str, **environment: str) -> str:
        own = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.path),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "Nobody Inparticular",
            "GIT_AUTHOR_EMAIL": "nobody@planted.example",
            "GIT_COMMITTER_NAME": "Robot",
            "GIT_COMMITTER_EMAIL": "robot@planted.example",
        }
        command = ["git", "-c", "protocol.file.allow=always", *words]
        done = subprocess.run(
            command, cwd=self.path, env={**own, **environment}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(self, when: str, who: str = "ada", *, written: str | None = None) -> str:
        """One commit by ``who``, committed at ``when`` and written then too, or at ``written``."""
        people = {"GIT_AUTHOR_NAME": who.title(), "GIT_AUTHOR_EMAIL": f"{who}@planted.example"}
        times = {"GIT_AUTHOR_DATE": written or when, "GIT_COMMITTER_DATE": when}
        self.git("commit", "-q", "--allow-empty", "-m", f"by {who}", **people, **times)
        return self.git("rev-parse", "HEAD")

    def merge(self, when: str, *branches: str) -> None:
        times = {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
        self.git("merge", "-q", "--no-ff", "-m", "merged", *branches, **times)

    def tag(self, name: str, when: str | None = None) -> None:
        """A light tag, or one with a date of its own."""
        if when is None:
            self.git("tag", name)
        else:
            self.git("tag", "-a", name, "-m", "a version", GIT_COMMITTER_DATE=when)

    def cloned(self, path: Path, *options: str) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.git("clone", "-q", *options, f"file://{self.path}", str(path))
        return path

    def raw_commit(self, content: str) -> None:
        """A commit object of exactly this content behind its tree line, as nobody's git would write it."""
        tree = self.git("write-tree")
        file = self.path / "raw"
        file.write_text(f"tree {tree}\n{content}")
        made = self.git("hash-object", "-t", "commit", "-w", "--literally", str(file))
        self.git("update-ref", "refs/heads/main", made)
