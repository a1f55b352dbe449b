"""Ways for a pass, and for the word on what became of it, to reach people."""
