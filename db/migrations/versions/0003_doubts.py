"""Doubts: values that a rule holds back until they are confirmed."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "doubt",
        sa.Column("id", ID, nullable=False),
        sa.Column("series_id", ID, nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("run_id", ID, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_run", ID, nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_doubt_series_id_series")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_doubt_run_id_run")),
        sa.ForeignKeyConstraint(["settled_by_run"], ["run.id"], name=op.f("fk_doubt_settled_by_run_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_doubt")),
    )
    op.create_index("uq_doubt_key", "doubt", ["series_id", "period_start", "period_end", "value", "rule"], unique=True)
    op.create_index(op.f("ix_doubt_state"), "doubt", ["state"], unique=False)


def downgrade() -> None:
    op.drop_table("doubt")
