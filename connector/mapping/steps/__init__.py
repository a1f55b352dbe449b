"""The steps of a pipeline; catalogue.py lists them."""

LONGEST = 1000  # characters of a text that are worth reading: a longer one is no name
