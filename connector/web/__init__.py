"""The operator's window: pages that show how it stands and what was decided, and a person's verbs."""
