"""YAML files as forms: what people write, each mistake with its place and its cure."""
