"""`python -m connector` is `passdesk`."""

from connector.cli.main import main

main()
