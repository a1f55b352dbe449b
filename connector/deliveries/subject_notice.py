"""The mail that tells a person of their pass, in their own language: on which ticket, who asked for it, when,
and a link by which they say that it wasn't them. Never the pass: nobody here has it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connector.deliveries.dates import moment_in, moments
from connector.deliveries.render import Email, woven
from connector.deliveries.sanitize import sanitize
from connector.deliveries.template_files import DEFAULT, Templates
from connector.deliveries.template_kinds import PLACE
from connector.domain.notice import Contact, Notice
from connector.domain.secret import Secret


@dataclass(frozen=True)
class MailStyle:
    """How a mapping's mails look: set of templates, language where the person has none, and time zone."""

    template: str = DEFAULT
    language: str = "en"
    zone: str = "UTC"


@dataclass(frozen=True)
class NoticeWriter:
    """Writes notices. `page`: the address that a link's token stands behind. `styles`: by mapping, as they
    are now.
    """

    templates: Templates
    page: str
    styles: Callable[[], Mapping[str, MailStyle]]
    phone: str = ""
    installation: str = "passdesk"

    def write(self, notice: Notice, to: Contact, asker: str, token: Secret | None) -> Email | None:
        """Write one. `asker`: the requester's name, "" where it isn't known. `token`: of the link; None: the
        pass is over, and so is its link. None: the template can't be rendered.
        """
        style = self.styles().get(notice.mapping, MailStyle())
        language = self.templates.spoken(style.template, "notice", to.language, style.language)
        values = self._about(notice, to, asker, style, language)
        values["link"] = f"{self.page}/{PLACE}?l={language}" if token else ""
        try:
            html, line = (
                self.templates.notice(style.template, kind, language).render(values).strip()
                for kind in ("notice", "noticesubject")
            )
        except Exception:  # noqa: BLE001  # checked before with all it may ask; if it fails, nothing is sent
            return None
        body = woven(html, token) if token else Secret(html)
        return Email(sanitize(line), body) if body and sanitize(line) else None

    def _about(
        self, notice: Notice, to: Contact, asker: str, style: MailStyle, language: str
    ) -> dict[str, object]:
        """Everything that a template may name, harmless."""
        known = sanitize(asker) if notice.requester else ""
        return {
            "name": sanitize(to.name) or sanitize(to.upn),
            "upn": sanitize(to.upn),
            "ticket": sanitize(notice.number),
            "reference": notice.reference,
            "installation": sanitize(self.installation),
            "phone": sanitize(self.phone),
            "once": notice.once,
            "asker": known,
            "asked_by": "subject" if notice.requester == notice.subject else "other" if known else "somebody",
            "made": moment_in(int(notice.made), style.zone, language),
            **moments(notice.start, notice.end, style.zone, language),
        }
