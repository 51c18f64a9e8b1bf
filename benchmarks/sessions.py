"""Sessions without a browser: raw websocket clients that open a page, choose another metric, and note the time.

A client speaks Streamlit's own protocol: it asks for a run of the page's script and reads until the server says that
the run is finished, so that what it notes is the server's time, its queue included, and none of a browser's.
"""

import asyncio
import random
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

PATIENCE_S = 120.0
CHOSEN = "Metric"


@dataclass
class Client:
    """One open session: where it is, the metrics it may choose, and what the last run sent."""

    wire: ClientConnection
    page: str
    place: str = ""
    query: str = ""
    chooser: str = ""
    metrics: Sequence[str] = ()
    charts: int = 0
    sent: int = field(default=0)

    async def run(self, metric: str = "") -> float:
        """Ask for a run of the page, with another metric or as it comes; gives the seconds until it was finished."""
        asked = BackMsg()
        asked.rerun_script.query_string = self.query
        if self.place:
            asked.rerun_script.page_script_hash = self.place
        else:
            asked.rerun_script.page_name = self.page
        if metric:
            chosen = asked.rerun_script.widget_states.widgets.add()
            chosen.id, chosen.string_value = self.chooser, metric
        self.charts, self.sent = 0, 0
        began = time.perf_counter()
        await self.wire.send(asked.SerializeToString())
        async with asyncio.timeout(PATIENCE_S):
            while not self._is_last(await self.wire.recv()):
                pass
        return time.perf_counter() - began

    def _is_last(self, piece: str | bytes) -> bool:
        """Read one message. RuntimeError where the run did not end well."""
        told = ForwardMsg()
        told.ParseFromString(piece if isinstance(piece, bytes) else piece.encode())
        self.sent += len(piece)
        kind = told.WhichOneof("type")
        if kind == "new_session":
            self.place = told.new_session.page_script_hash
        elif kind == "navigation":
            self.place = told.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = told.page_info_changed.query_string
        elif kind == "delta" and told.delta.WhichOneof("type") == "new_element":
            self._see(told.delta.new_element)
        if kind != "script_finished":
            return False
        if told.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:
            raise RuntimeError(f"a run of {self.page} ended with {told.script_finished}")
        return True

    def _see(self, element: Any) -> None:
        kind = element.WhichOneof("type")
        self.charts += kind == "plotly_chart"
        if kind == "exception":
            raise RuntimeError(f"{self.page}: {element.exception.message}")
        if kind == "selectbox" and element.selectbox.label == CHOSEN:
            self.chooser, self.metrics = element.selectbox.id, list(element.selectbox.options)


async def opened(address: str, page: str) -> Client:
    """Open a session and let its page run once."""
    wire = await connect(
        f"{address.replace('http', 'ws', 1)}/_stcore/stream",
        subprotocols=["streamlit"],  # type: ignore[list-item]  # a NewType of str
        origin=address,  # type: ignore[arg-type]  # another
        max_size=None,
    )
    client = Client(wire, page)
    await client.run()
    return client


async def choosing(address: str, page: str, many: int, times: int, among: int, seed: int = 1) -> list[float]:
    """Let ``many`` sessions choose a metric ``times`` times each, with up to a second between; gives all seconds.

    Each chooses from the first ``among`` metrics, and every one of those was chosen twice before anything is noted, as
    everything is to be warm: the second time with the source that the one before was of. RuntimeError where a run drew
    no chart.
    """
    clients = [await opened(address, page) for _ in range(many)]
    for metric in [*clients[0].metrics[:among]] * 2:
        await clients[0].run(metric)

    async def one(client: Client, drawn: random.Random) -> list[float]:
        took, last = [], ""
        for _ in range(times):
            await asyncio.sleep(drawn.random())
            last = drawn.choice([metric for metric in client.metrics[:among] if metric != last])
            took.append(await client.run(last))
            if not client.charts:
                raise RuntimeError(f"no chart was drawn of {last}")
        return took

    drawn = [one(client, random.Random(seed + number)) for number, client in enumerate(clients)]  # noqa: S311  # to be repeated
    every = await asyncio.gather(*drawn)
    for client in clients:
        await client.wire.close()
    return [seconds for took in every for seconds in took]


def percentiles(seconds: Sequence[float]) -> tuple[float, float]:
    """The median and the 95th of a hundred, in milliseconds."""
    return statistics.median(seconds) * 1000, statistics.quantiles(seconds, n=20)[-1] * 1000
