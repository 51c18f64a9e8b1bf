"""A wire between a browser and a site that counts what comes through it, websockets apart: bytes as they travelled."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

PIECE = 65_536


@dataclass
class Counted:
    """Bytes to the browser so far: of all connections, and of those that became websockets."""

    address: str
    total: int = 0
    websocket: int = 0


@contextlib.contextmanager
def tapped(address: str) -> Iterator[Counted]:
    """Give a second address of the site at ``address``, and what has come through it."""
    host, port = urlsplit(address).hostname, urlsplit(address).port
    counted, ready = Counted(""), threading.Event()
    ends: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def joined(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        theirs, ours = await asyncio.open_connection(host, port)
        upgraded = False

        async def asking() -> None:
            nonlocal upgraded
            while piece := await reader.read(PIECE):
                upgraded = upgraded or b"\r\nupgrade: websocket" in piece.lower()
                ours.write(piece)
                await ours.drain()
            ours.close()

        async def answering() -> None:
            while piece := await theirs.read(PIECE):
                counted.total += len(piece)
                counted.websocket += len(piece) if upgraded else 0
                writer.write(piece)
                await writer.drain()
            writer.close()

        try:  # a connection that is cut has been counted
            await asyncio.gather(asking(), answering(), return_exceptions=True)
        finally:
            for one in (ours, writer):
                one.close()

    async def listen() -> None:
        over = asyncio.Event()
        ends.append((asyncio.get_running_loop(), over))
        server = await asyncio.start_server(joined, "127.0.0.1", 0)
        counted.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        ready.set()
        await over.wait()
        server.close()

    thread = threading.Thread(target=lambda: asyncio.run(listen()), daemon=True, name="tap")
    thread.start()
    ready.wait()
    try:
        yield counted
    finally:
        loop, over = ends[0]
        loop.call_soon_threadsafe(over.set)
        thread.join()
