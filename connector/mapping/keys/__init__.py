"""The keys of a mapping file, and what may be written behind each."""
