"""The command line: a file per verb, imported when it is used, so that --help is quick."""
