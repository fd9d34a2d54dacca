"""Runs migrations on the connection that `gateway.store.schema` hands in; alembic executes this file."""

from __future__ import annotations

from alembic import context

from gateway.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
