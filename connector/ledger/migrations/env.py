"""Runs in the transaction that migrate.py opened."""

from alembic import context

from connector.ledger.schema import ONE_LIVE_PASS, attempts, meta

ONE_LIVE_PASS.dialect_options["postgresql"]["where"] = attempts.c.gone_at.is_(None)
context.configure(
    connection=context.config.attributes["connection"], target_metadata=meta, render_as_batch=True
)
context.run_migrations()
