"""Alembic's entry: runs the migrations on the connection that db.migrations.upgrade hands over."""

from alembic import context

from db import node_models, probe_models, task_models, verdict_models  # noqa: F401  # their tables join the metadata
from db.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
