"""Probes: what each capability came to, by version and mode, and the code that found it out."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "probe_code",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_probe_code")),
    )
    op.create_table(
        "probe_result",
        sa.Column("id", ID, nullable=False),
        sa.Column("run_id", ID, nullable=False),
        sa.Column("capability", sa.Text(), nullable=False),
        sa.Column("axis", sa.Text(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("backend_version", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("latest", sa.Boolean(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["code"], ["probe_code.sha256"], name=op.f("fk_probe_result_code_probe_code")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_probe_result_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_probe_result")),
    )
    columns = ["run_id", "capability", "system", "mode"]
    op.create_index("uq_probe_result_key", "probe_result", columns, unique=True)
    op.create_index(op.f("ix_probe_result_capability_system_mode"), "probe_result", columns[1:], unique=False)
    op.create_index(op.f("ix_probe_result_latest_system"), "probe_result", ["latest", "system"], unique=False)


def downgrade() -> None:
    op.drop_table("probe_result")
    op.drop_table("probe_code")
