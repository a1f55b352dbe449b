"""The steps of a pipeline; catalogue.py lists them."""
