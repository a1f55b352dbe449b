"""The verbs by which a person steps in: they name a desk and a ticket, and what was done is said in one
sentence.
"""

from __future__ import annotations

from connector.config.load import Config
from connector.forms.mistakes import no_such


def desk_url(config: Config, desk: str) -> str:
    """The address of a desk by its name. Raises click.UsageError."""
    import click

    if desk not in config.settings.desks:
        raise click.UsageError(no_such("desk", desk, list(config.settings.desks)))
    return config.settings.desks[desk].url
