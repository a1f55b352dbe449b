"""Keys of config.yaml that are accepted and do nothing in this release, each with what is missing.

A key leaves this table with the commit that builds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar, Final

from pydantic import Field

from connector.forms.form import Form
from connector.forms.values import Interval
from connector.mapping.model import Mapping

MISSING: Final = {
    "web.oidc": "nobody signs in with Entra in this release; give each person a token in web.operators",
    "keep.tickets": "tickets that have ended are not deleted from the ledger in this release",
    "ledger.password": "this ledger is an SQLite file, which has no password",
    "mappings.publish": "every valid change of a file is in force at once in this release, as with direct",
}


class Keep(Form):
    """How long the ledger keeps what."""

    shape: ClassVar = "{trail: 400d, names: 90d, tickets: 400d}"
    trail: Interval = Field(default=400 * 86400.0, description="The audit trail.")
    names: Interval = Field(default=90 * 86400.0, description="Names of people, beside the trail.")
    tickets: Interval = Field(default=400 * 86400.0, description="Tickets that have ended: nothing yet.")


def unbuilt(settings: Form, mappings: Iterable[Mapping] = ()) -> Iterator[tuple[str, str]]:
    """The keys that somebody wrote and that do nothing yet, each with a sentence."""
    for key, why in MISSING.items():
        section, _, below = key.partition(".")
        if section in settings.model_fields_set and (not below or _in(getattr(settings, section), below)):
            yield key, f"{key} does nothing yet: {why}"
    yield from idle(mappings)


def _in(section: object, key: str) -> bool:
    """Tell whether somebody wrote a key of a section."""
    if isinstance(section, Form):
        return key in section.model_fields_set
    return getattr(section, key, None) is not None


def idle(mappings: Iterable[Mapping]) -> Iterator[tuple[str, str]]:
    """The keys of mapping files that do nothing yet, each with a sentence."""
    for mapping in mappings:
        for key, why in mapping.idle.items():
            yield f"{mapping.name} {key}", f"{key} of the mapping {mapping.name} does nothing yet: {why}"
