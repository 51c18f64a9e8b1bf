"""The line between the tasks and the worker: an actor that holds what tasks tell until the worker takes it."""

import asyncio
from collections import deque

MOST_WAITING = 4_096
MOST_BYTES = 64_000_000


class Line:
    """Runs beside the worker. A token is a task's own; what comes under one that was closed is dropped."""

    def __init__(self) -> None:
        self.told: dict[str, deque[str]] = {}
        self.unwanted: dict[str, asyncio.Event] = {}

    async def open(self, token: str) -> None:
        """Begin to take what a task tells."""
        self.told[token], self.unwanted[token] = deque(), asyncio.Event()

    async def tell(self, token: str, said: str) -> None:
        """Take what a task tells; where nobody fetches it, the oldest is given up rather than the memory."""
        waiting = self.told.get(token)
        if waiting is None:
            return
        waiting.append(said)
        while len(waiting) > MOST_WAITING or sum(map(len, waiting)) > MOST_BYTES:
            waiting.popleft()

    async def take(self, token: str) -> list[str]:
        """Give what was told since, in its order."""
        waiting = self.told.get(token, deque[str]())
        said = list(waiting)
        waiting.clear()
        return said

    async def unwant(self, token: str) -> None:
        """Say that what a task does is no longer wanted."""
        if token in self.unwanted:
            self.unwanted[token].set()

    async def until_unwanted(self, token: str) -> None:
        """Answer once the task is no longer wanted, at once where nobody waits for it any more."""
        if token in self.unwanted:
            await self.unwanted[token].wait()

    async def close(self, token: str) -> None:
        """Forget a task; one that still runs learns that it is unwanted."""
        await self.unwant(token)
        self.told.pop(token, None)
        self.unwanted.pop(token, None)
