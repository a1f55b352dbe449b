"""Runs in the transaction that migrate.py opened."""

from alembic import context

from connector.ledger.schema import meta

context.configure(
    connection=context.config.attributes["connection"], target_metadata=meta, render_as_batch=True
)
context.run_migrations()
