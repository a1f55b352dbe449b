"""Alerts: what is broken is told to people, once when it breaks and once when it heals."""
