"""Calls over HTTP: one session a service, and what became of each call."""
