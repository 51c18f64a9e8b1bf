"""Which receipts were read and written, and whether a body is still kept."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ANSWERED = (200, 304)
RECEIPT = sa.table(
    "receipt",
    sa.column("id", ID),
    sa.column("run_id", ID),
    sa.column("status", ID),
    sa.column("request", sa.JSON()),
    sa.column("part", ID),
)


def upgrade() -> None:
    op.add_column("receipt", sa.Column("part", ID, nullable=True))
    op.add_column("receipt", sa.Column("pruned_at", sa.DateTime(timezone=True), nullable=True))
    connection = op.get_bind()
    parts = _parts(connection.execute(sa.select(RECEIPT).order_by(RECEIPT.c.id)))
    if parts:
        number = RECEIPT.c.id == sa.bindparam("receipt")
        connection.execute(sa.update(RECEIPT).where(number).values(part=sa.bindparam("number")), parts)


def _parts(rows: Any) -> list[dict[str, int]]:
    """What earlier revisions did not note, as far as it can be told.

    The good answers of an item count, if the last of its answers was one. The store alone cannot tell whether they were
    read well, too: a replay finds out.
    """
    items: dict[tuple[int, str], list[tuple[int, int]]] = {}
    for row in rows:
        item = (row.request or {}).get("item")
        if item is not None:
            items.setdefault((row.run_id, json.dumps(item, sort_keys=True)), []).append((row.id, row.status))
    found = []
    for answers in items.values():
        if answers[-1][1] in ANSWERED:
            good = [receipt for receipt, status in answers if status in ANSWERED]
            found += [{"receipt": receipt, "number": number} for number, receipt in enumerate(good, 1)]
    return found


def downgrade() -> None:
    op.drop_column("receipt", "pruned_at")
    op.drop_column("receipt", "part")
