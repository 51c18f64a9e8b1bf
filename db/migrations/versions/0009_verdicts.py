"""Verdicts of claims, each as it changed."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "claim_verdict",
        sa.Column("id", ID, nullable=False),
        sa.Column("run_id", ID, nullable=False),
        sa.Column("claim", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("says", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_claim_verdict_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_verdict")),
    )
    op.create_index(op.f("ix_claim_verdict_claim_id"), "claim_verdict", ["claim", "id"], unique=False)
    op.create_index(op.f("ix_claim_verdict_decided_at"), "claim_verdict", ["decided_at"], unique=False)


def downgrade() -> None:
    op.drop_table("claim_verdict")
