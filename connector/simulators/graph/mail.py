"""Mailboxes: sendMail with its limits, who may send, and the tenant's domains (graph.md §4.3, §5)."""

import re
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from connector.simulators.graph.errors import GraphError, bad_request, not_found, throttled
from connector.simulators.graph.tenant import Tenant, User
from connector.simulators.messages import Request, Response
from connector.simulators.tokens import Token

PERMISSIONS = ("Mail.Send", "Organization.Read.All")
"""What an installation that mails needs beside the others."""

T = TypeVar("T")
_ORGANIZATION = {"Organization.Read.All", "Organization.ReadWrite.All", "Directory.Read.All"}


@dataclass(frozen=True)
class Mail:
    """A mail that was taken. `to` are the addresses; times in seconds since the epoch."""

    at: float
    sender: str  # object id
    to: tuple[str, ...]
    subject: str = field(repr=False)
    body: str = field(repr=False)
    html: bool
    saved: bool  # a copy stays in Sent Items


@dataclass
class Limits:
    """The limits of one mailbox. `meanwhile` is called while a mail is being sent: to take time, or to
    wait for others.
    """

    at_once: int = 4
    a_minute: int = 30
    meanwhile: Callable[[], object] = lambda: None
    retry_after: str | None = "2.128"


class Mailboxes:
    """The mailboxes: every user with a `mail` has one, unless `without` names them (object ids).
    `senders`: the mailboxes that may be sent from, if that is restricted.
    """

    def __init__(self, tenant: Tenant, clock: Callable[[], float]) -> None:
        self.tenant, self.clock = tenant, clock
        self.domains = [tenant.domain, f"{tenant.domain.partition('.')[0]}.onmicrosoft.com"]
        self.limits = Limits()
        self.without: set[str] = set()
        self.senders: set[str] | None = None
        self.refused: set[str] = set()  # addresses that Exchange doesn't take
        self.sent: list[Mail] = []
        self.most_at_once = 0
        self._lock = threading.Lock()
        self._busy: dict[str, int] = {}
        self._minute: dict[str, deque[float]] = {}

    def received(self, address: str) -> list[Mail]:
        return [mail for mail in self.sent if address.lower() in {to.lower() for to in mail.to}]

    def texts(self) -> list[str]:
        return [mail.body for mail in self.sent]

    def organization(self, request: Request, token: Token, *, guarded: bool) -> Response:
        """The tenant with its verified domains."""
        if guarded and not token.roles & _ORGANIZATION:
            raise GraphError(
                403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation."
            )
        domains = [
            {
                "name": name,
                "isDefault": not at,
                "isInitial": "onmicrosoft" in name,
                "type": "Managed",
                "capabilities": "Email",
            }
            for at, name in enumerate(self.domains)
        ]
        row = {
            "id": "5e1f0000-0000-4000-8000-000000000001",
            "displayName": "Contoso",
            "verifiedDomains": domains,
        }
        chosen = [name.strip() for name in request.query.get("$select", ",".join(row)).split(",")]
        if unknown := [name for name in chosen if name not in row]:
            raise bad_request(f"Could not find a property named '{unknown[0]}'.")
        context = f"{request.base}/v1.0/$metadata#organization"
        return Response.json(
            200, {"@odata.context": context, "value": [{name: row[name] for name in chosen}]}
        )

    def send(self, key: str, request: Request, token: Token, *, guarded: bool) -> Response:
        """202 and nothing else: taken, which is not yet delivered."""
        user = self.tenant.user(key)
        if user is None:
            raise not_found(key)
        if guarded and (
            "Mail.Send" not in token.roles or (self.senders is not None and user.id not in self.senders)
        ):
            raise GraphError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
        if not self.has_mailbox(user):
            message = "The mailbox is either inactive, soft-deleted, or is hosted on-premise."
            raise GraphError(404, "MailboxNotEnabledForRESTAPI", message)
        if not self._enter(user.id):
            return throttled(self.limits.retry_after)
        try:
            self.limits.meanwhile()
            return self._taken(user, request)
        finally:
            with self._lock:
                self._busy[user.id] -= 1

    def has_mailbox(self, user: User) -> bool:
        return bool(user.properties["mail"]) and user.id not in self.without

    def _enter(self, mailbox: str) -> bool:
        """Take a place at this moment and within this minute; False if there is none."""
        with self._lock:
            busy = self._busy.get(mailbox, 0) + 1
            recent = self._minute.setdefault(mailbox, deque())
            while recent and recent[0] <= self.clock() - 60:
                recent.popleft()
            self.most_at_once = max(self.most_at_once, busy)
            if busy > self.limits.at_once or len(recent) >= self.limits.a_minute:
                return False
            self._busy[mailbox] = busy
            recent.append(self.clock())
            return True

    def _taken(self, user: User, request: Request) -> Response:
        try:
            sent = _field({"": request.json()}, "", dict)
        except ValueError:
            raise bad_request("Unable to read JSON request payload.") from None
        body = {
            name[:1].lower() + name[1:]: value for name, value in sent.items()
        }  # Microsoft's own SDK writes Message
        message = _field(body, "message", dict)
        content = _field(message, "body", dict)
        kind, text = _field(content, "contentType", str).lower(), _field(content, "content", str)
        to = tuple(_address(each) for each in _field(message, "toRecipients", list))
        if kind not in ("html", "text"):
            raise bad_request("Requested value was not found.", "RequestBodyRead")
        if not to or any(each in self.refused for each in to):
            raise bad_request("At least one recipient isn't valid.", "ErrorInvalidRecipients")
        saved = body.get("saveToSentItems", True)
        mail = Mail(
            self.clock(),
            user.id,
            to,
            str(message.get("subject", "")),
            text,
            kind == "html",
            saved is not False,
        )
        with self._lock:
            self.sent.append(mail)
        return Response(202)


def _field(held: object, name: str, kind: type[T]) -> T:
    found = held.get(name) if isinstance(held, dict) else None
    if not isinstance(found, kind):
        raise bad_request(
            f"The property '{name}' is required, or isn't of the right type.", "RequestBodyRead"
        )
    return found


def _address(recipient: object) -> str:
    found = _field(_field(recipient, "emailAddress", dict), "address", str)
    if not re.fullmatch(r"[^@\s<>;,]+@[^@\s<>;,]+\.[^@\s<>;,]+", found):
        raise bad_request("At least one recipient isn't valid.", "ErrorInvalidRecipients")
    return str(found)
