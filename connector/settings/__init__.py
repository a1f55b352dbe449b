"""The sections of config.yaml as models, and what they share with the models of a mapping file."""
