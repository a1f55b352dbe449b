"""The desks. A new one is one module (or a few) here, one simulator, one mapping and one line in kinds.py."""
