"""Alembic's environment; there is no ini file."""
