"""config.yaml, and the mapping files that it names."""
