"""Tasks: what the program of each task came to, by interface and run."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "task_result",
        sa.Column("id", ID, nullable=False),
        sa.Column("run_id", ID, nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("import_s", sa.Double(), nullable=True),
        sa.Column("first_result_s", sa.Double(), nullable=True),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["code"], ["probe_code.sha256"], name=op.f("fk_task_result_code_probe_code")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_task_result_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task_result")),
    )
    op.create_index("uq_task_result_key", "task_result", ["run_id", "task", "system"], unique=True)
    op.create_index(op.f("ix_task_result_task_system"), "task_result", ["task", "system"], unique=False)


def downgrade() -> None:
    op.drop_table("task_result")
