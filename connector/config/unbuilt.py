"""Keys of config.yaml that are accepted and do nothing in this release, each with what is missing.

A key leaves this table with the commit that builds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar, Final, Literal

from pydantic import Field

from connector.forms.form import Form
from connector.forms.values import Interval, Label, Listen, NameRef, SecretRef, ServiceUrl
from connector.mapping.model import Mapping

MISSING: Final = {
    "web": "there is no status page, /healthz, /readyz or /metrics in this release",
    "alerts": "no alert is sent in this release; watch the log for lines of level error and alert",
    "alerts_after": "no alert is sent in this release",
    "notify": "nobody is notified in this release but by the note or the mail with the pass",
    "hooks": "no desk can call passdesk in this release; it polls",
    "keep.tickets": "tickets that have ended are not deleted from the ledger in this release",
    "ledger.password": "this ledger is an SQLite file, which has no password",
    "mappings.publish": "every valid change of a file is in force at once in this release, as with direct",
}


class Public(Form):
    """The part of the web server that others may see."""

    shape: ClassVar = '{listen: "0.0.0.0:8643", url: https://passdesk.contoso.com}'
    listen: Listen = Field(description="Address and port.", examples=['"0.0.0.0:8643"'])
    url: ServiceUrl = Field(
        description="How it is reached from outside.", examples=["https://passdesk.contoso.com"]
    )


class Oidc(Form):
    """How people sign in on the status page."""

    shape: ClassVar = "{tenant_id: contoso.com, client_id: env:WEB_CLIENT_ID, client_secret: env:WEB_SECRET}"
    tenant_id: NameRef = Field(description="The tenant.", examples=["contoso.onmicrosoft.com"])
    client_id: NameRef = Field(description="The app registration.", examples=["env:WEB_CLIENT_ID"])
    client_secret: SecretRef = Field(description="Its secret.", examples=["env:WEB_CLIENT_SECRET"])


class Web(Form):
    """The status page, /healthz, /readyz and /metrics: nothing yet."""

    shape: ClassVar = '{listen: "127.0.0.1:8642"}'
    listen: Listen = Field(description="Address and port.", examples=['"127.0.0.1:8642"'])
    public: Public | None = Field(default=None, description="What others may see; off when absent.")
    operators: dict[Label, SecretRef] = Field(
        default={}, description="Who may act there, each with a token.", examples=["{lead: env:LEAD_TOKEN}"]
    )
    oidc: Oidc | None = Field(default=None, description="Sign-in of people; off when absent.")


class Notify(Form):
    """Who is told beside the recipient of the pass: nobody yet."""

    shape: ClassVar = "{subject: [mail]}"
    subject: tuple[Literal["mail"], ...] = Field(
        default=(), description="How the person is told that a pass was made."
    )


class Hook(Form):
    """A desk that calls passdesk: nothing yet."""

    shape: ClassVar = "{secret: env:DESK_HOOK}"
    secret: SecretRef = Field(description="What its calls are signed with.", examples=["env:DESK_HOOK"])


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
