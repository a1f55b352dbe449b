"""Texts with a pass in them. A template is rendered with a place for it; the whole, with the pass, exists in
a Secret only.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from connector.deliveries.dates import moments
from connector.deliveries.sanitize import sanitize
from connector.deliveries.template_files import DEFAULT, Templates
from connector.deliveries.template_kinds import PASS, PLACE
from connector.domain.recipients import mail_destination
from connector.domain.secret import Secret, Sink
from connector.domain.ticket import Attempt, Claim, Pass


@dataclass(frozen=True)
class Email:
    """A mail: its subject names nobody, its body is HTML."""

    subject: str
    body: Secret


@dataclass(frozen=True)
class Renderer:
    """Renders one mapping's texts. `installation` names this passdesk; `phone` is the service desk's;
    `clock` tells today, in epoch seconds.
    """

    templates: Templates
    template: str = DEFAULT
    language: str = "en"
    zone: str = "UTC"
    manager_of: str = "subject"
    installation: str = "passdesk"
    phone: str = ""
    clock: Callable[[], float] = time.time

    def note(self, claim: Claim, fresh: Pass) -> Secret | None:
        """Render the note for the agent. None: the template doesn't show the pass, this time."""
        return _with_pass(self._rendered("note", {**self._about(claim, fresh), PASS: PLACE}), fresh.secret)

    def to(self, language: str) -> Renderer:
        """The renderer of mails to somebody who prefers this language, if there are texts in it."""
        said = self.templates.spoken(self.template, "mail", language, self.language)
        return replace(self, language=said)

    def email(self, claim: Claim, fresh: Pass, asker: str = "") -> Email | None:
        """Render the mail for the manager. `asker`: the name of the requester, if known. None: as for a
        note.
        """
        more = {
            "asked_by": _asked_by(claim.current_attempt, asker),
            "asker": sanitize(asker),
            "phone": sanitize(self.phone),
            PASS: PLACE,
        }
        body = _with_pass(
            self._rendered("mail", {**self._about(claim, fresh, dated=True), **more}), fresh.secret, Sink.HTML
        )
        subject = sanitize(self._rendered("subject", self._about(claim, fresh)) or "")
        return Email(subject, body) if body and subject else None

    def mailed(self, claim: Claim) -> str:
        """The note on the ticket, once the mail is out. It never holds the pass."""
        attempt = claim.current_attempt
        place = mail_destination(attempt.recipient)
        address = sanitize(place.masked) if place else ""
        text = self._rendered("mailed", {**self._about(claim, attempt), "address": address})
        return text or f"The Temporary Access Pass was mailed to {address}.\nReference {attempt.reference}"

    def _about(self, claim: Claim, made: Pass | Attempt, *, dated: bool = False) -> dict[str, object]:
        """Everything that a template may name, harmless. Whatever a kind doesn't know is left out by its
        check.
        """
        attempt = claim.current_attempt
        upn = sanitize(attempt.subject.upn)
        now = None if dated else self.clock()
        return {
            "name": sanitize(attempt.subject.name) or upn,
            "upn": upn,
            "ticket": sanitize(claim.number),
            "reference": attempt.reference,
            "installation": sanitize(self.installation),
            "again": attempt.number > 1,
            "once": attempt.one_time,
            "manager_of": self.manager_of,
            **moments(made.start, made.start + made.lifetime, self.zone, self.language, now),
        }

    def _rendered(self, kind: str, values: Mapping[str, object]) -> str | None:
        try:
            return self.templates.get(self.template, kind, self.language).render(values).strip()
        except Exception:  # noqa: BLE001  # checked before with all it may ask; if it fails, nothing is sent
            return None


def _asked_by(attempt: Attempt, asker: str) -> str:
    place = mail_destination(attempt.recipient)
    if attempt.requester == attempt.subject.id:
        return "subject"
    if attempt.requester and place and attempt.requester == place.person:
        return "manager"
    return "other" if attempt.requester and sanitize(asker) else "somebody"


def woven(html: str, secret: Secret) -> Secret | None:
    """A mail with a secret in its place. None: the place isn't there once."""
    return _with_pass(html, secret, Sink.HTML)


def _with_pass(text: str | None, secret: Secret, sink: Sink = Sink.PLAIN) -> Secret | None:
    before, found, after = (text or "").partition(PLACE)
    return secret.within(before, after, sink) if found and PLACE not in after else None
