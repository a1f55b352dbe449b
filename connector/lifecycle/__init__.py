"""The way of a ticket. Start with journey.py, then recovery.py; roles.py says what they need from others."""
