"""Work for several processes, on NumPy alone: meeting on the loopback, refusing, breaking, dying and hanging."""

import os
import signal
import socket
import time
from pathlib import Path

from collectors.probes.model import Evidence, expect
from collectors.probes.processes import Place


def meets(place: Place) -> Evidence:
    """Process 0 listens where all know; the other tells it its rank and hears what it makes of that."""
    address = ("127.0.0.1", place.ports[0])
    if place.rank == 0:
        with socket.create_server(address) as server:
            server.settimeout(60)
            other, _ = server.accept()
            with other:
                heard = int(other.recv(16))
                other.sendall(str(heard + 40).encode())
    else:
        with _called(address) as caller:
            caller.sendall(str(place.rank + 1).encode())
            heard = int(caller.recv(16))
    return {"rank": place.rank, "count": place.count, "heard": heard, "process": os.getpid(), "folder": str(Path.cwd())}


def _called(address: tuple[str, int]) -> socket.socket:
    end = time.monotonic() + 60
    while True:
        try:
            return socket.create_connection(address, timeout=60)
        except ConnectionRefusedError:
            assert time.monotonic() < end
            time.sleep(0.05)


def refuses(place: Place) -> Evidence:
    expect(place.rank == 0, "rank 1 cannot", rank=place.rank)
    return _forever()


def breaks(place: Place) -> Evidence:
    if place.rank == 1:
        raise KeyError("of no importance")
    return _forever()


def dies(place: Place) -> Evidence:
    if place.rank == 1:
        print("last words", flush=True)
        os.kill(os.getpid(), signal.SIGKILL)
    return _forever()


def hangs(place: Place) -> Evidence:
    Path(f"started-{place.rank}").write_text(str(os.getpid()), encoding="utf-8")
    return _forever()


def _forever() -> Evidence:
    time.sleep(600)
    return {}
