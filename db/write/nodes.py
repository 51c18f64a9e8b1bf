"""Writing which nodes a worker reaches: the whole list at once, so that one that is gone is gone from it."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from db import clock
from db.node_models import ClusterNode

MOST_NODES, MOST_BYTES = 1_000, 65_536


def cluster_nodes(session: Session, worker: str, nodes: Sequence[dict[str, Any]]) -> None:
    """Replace what is kept of a worker's nodes; none means that it reaches none any more, as where it ends.

    Each has ``node``, ``name``, ``facts`` and ``busy``. One that two workers reach is told of by the one that wrote
    last. Raises `ValueError` for more than `MOST_NODES`, or for one that tells more than `MOST_BYTES`.
    """
    if len(nodes) > MOST_NODES:
        raise ValueError(f"a worker may reach {MOST_NODES} nodes, not {len(nodes)}")
    for row in nodes:
        size = len(json.dumps([row["facts"], row["busy"]]))
        if size > MOST_BYTES:
            raise ValueError(f"what a node tells of itself may take {MOST_BYTES} bytes, not {size}")
    named = [row["node"] for row in nodes]
    session.execute(delete(ClusterNode).where((ClusterNode.worker == worker) | ClusterNode.node.in_(named)))
    now = clock.now()
    session.add_all(
        ClusterNode(worker=worker, seen_at=now, **{name: row[name] for name in ("node", "name", "facts", "busy")})
        for row in nodes
    )
