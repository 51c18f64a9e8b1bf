"""`devices`: what can be measured on, here and on the nodes that workers reach."""

from collectors import jobs as door
from db.engine import open_database
from framescope.output import emit_json, emit_table

COLUMNS = ("device", "node", "name", "memory_bytes", "available", "busy_with", "why_not")


def devices(*, json: bool) -> None:
    """List the devices; one of a node has its name, one of this machine none."""
    engine = open_database()
    rows = door.busy_here(engine, door.device_list()) + door.node_devices(door.node_list(engine))
    emit_json(rows) if json else emit_table(rows, COLUMNS)
