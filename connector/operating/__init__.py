"""Shared by the two windows that an operator has: the command line (cli/) and the status page (web/)."""
