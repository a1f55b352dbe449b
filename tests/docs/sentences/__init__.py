"""The page of every sentence that people read: docs/sentences.md. `make docs` writes it."""
