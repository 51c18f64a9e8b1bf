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
    loop, counted, ready = asyncio.new_event_loop(), Counted(""), threading.Event()

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

        await asyncio.gather(asking(), answering(), return_exceptions=True)  # a connection that is cut has been counted

    async def listen() -> None:
        server = await asyncio.start_server(joined, "127.0.0.1", 0)
        counted.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        ready.set()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.create_task(listen())
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True, name="tap")
    thread.start()
    ready.wait()
    try:
        yield counted
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
