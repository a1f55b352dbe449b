"""The section `notify`: who hears of a pass beside its recipient."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Literal

from pydantic import Field

from connector.forms.form import Form, Problem


class Notify(Form):
    """People who hear of a pass beside its recipient: never the pass itself."""

    shape: ClassVar = "{subject: [mail]}"
    subject: tuple[Literal["mail"], ...] = Field(
        default=(),
        description="How the person is told that a pass was made for them: by mail, to their mailbox and the "
        "other addresses that the directory has for them.",
    )

    @property
    def mails_subject(self) -> bool:
        """Tell whether people hear by mail of the passes that are made for them."""
        return "mail" in self.subject


def unfit(data: Mapping[str, Any]) -> Iterator[Problem]:
    """Say what a notice lacks: a mailbox to send it from, and a page behind its link."""
    notify, web = data.get("notify"), data.get("web")
    if not isinstance(notify, dict) or not notify.get("subject"):
        return
    cures = [] if data.get("mail") else ["mail: {from: servicedesk@contoso.com}, the mailbox it is sent from"]
    if not (isinstance(web, dict) and web.get("public")):
        shape = 'web: {public: {listen: "0.0.0.0:8643", url: https://passdesk.contoso.com}}'
        cures.append(f"{shape}, the page behind its link")
    if cures:
        yield Problem(("notify",), f"nobody can be told without it; write {'; and '.join(cures)}")
