"""Helpdesk X, which is made up: docs/adding-a-desk.md."""
