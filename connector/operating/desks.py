"""What operators call the desks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from connector.config.load import Config


def desk_names(config: Config) -> dict[str, str]:
    """The desks' names in the configuration, by their addresses."""
    return {desk.url: name for name, desk in config.settings.desks.items()}
