"""Mail from one mailbox through Graph: sent once, as an effect, and never a copy kept. graph.md §4.3,
§5
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import BoundedSemaphore, Lock, get_ident
from urllib.parse import quote

from connector.domain.outcome import DidNot, Effect, Happened, NotYet, Retry, Unknown
from connector.domain.reasons import Reason
from connector.domain.secret import Secret
from connector.domain.steady import steady
from connector.domain.trouble import Trouble
from connector.entra.effects import MAILS
from connector.entra.graph import Graph, GraphReply, said_by
from connector.http.effects import Outcome, effect_of, unclear
from connector.http.service import NotSent, Reply
from connector.http.trouble import trouble_of

AT_ONCE, A_MINUTE = 4, 30  # calls in flight, and messages, of one mailbox
MINUTE = 60.0  # s
QUEUE = 10.0  # s that a mail waits for others to be through: its pass exists already

_REFUSALS = {
    401: "Entra doesn't sign passdesk in (401).",
    403: "The application permission Mail.Send is missing for the mailbox that mails are sent from.",
    404: "The mailbox that mails are sent from isn't there, or is no Exchange Online mailbox.",
    429: "The mailbox that mails are sent from is throttled for a while.",
}


# Codes of Exchange's that are about the mailbox that sends, whoever is to get the mail. graph.md §4.3
EVERYBODYS = {
    "ErrorMessageSubmissionBlocked": "Exchange blocks the mailbox that mails are sent from as a sender.",
}


class Mailbox:
    """The mailbox that mails are sent from. Safe to share between threads; it may wait for its turn."""

    def __init__(
        self,
        graph: Graph,
        sender: str,
        *,
        at_once: int = AT_ONCE,
        a_minute: int = A_MINUTE,
        queue: float = QUEUE,
        monotonic: Callable[[], float] = steady,
    ) -> None:
        self._graph, self._queue = graph, queue
        self._path = f"/users/{quote(sender, safe='@')}/sendMail"
        self._turns, self._rate = BoundedSemaphore(at_once), RateLimit(a_minute, monotonic)

    def ready(self) -> NotYet | None:
        """Reserve a slot for a mail: asked before a pass is made, since then it is too late. None: a slot
        is reserved.
        """
        if not self._rate.reserve():
            return NotYet(
                Reason.MAIL_UNREACHABLE, "The mailbox has sent as many mails as are allowed in a minute."
            )
        return None

    def send(self, to: str, subject: str, body: Secret) -> Effect[None]:
        """One mail, HTML, to one address. Happened: Exchange took it, which is not yet delivered (202)."""
        return self._sent(to, subject, body, self._rate.take)

    def notify(self, to: str, subject: str, body: Secret) -> Effect[None]:
        """One mail without a pass: it takes a slot only where enough are left for mails with one."""
        return self._sent(to, subject, body, self._rate.take_spare)

    def _sent(self, to: str, subject: str, body: Secret, slot: Callable[[], bool]) -> Effect[None]:
        if not self._turns.acquire(timeout=self._queue):
            return _no_turn("The mailbox is sending as many mails at once as are allowed.")
        try:
            if not slot():
                return _no_turn("The mailbox has sent as many mails as are allowed in a minute.")
            reply = self._graph.write("POST", self._path, _message(to, subject, body))
        finally:
            self._turns.release()
        return _judged(reply)


class RateLimit:
    """So many in any minute.

    Reserve one slot per thread for a minute, since the pass is made after the slot. Asking again reserves no
    second one: most of what a thread asks for may not be made after all. Notices take a third of them at
    most, none that leaves less than a third for passes, and none while a pass waited within the minute.
    """

    def __init__(self, most: int, monotonic: Callable[[], float]) -> None:
        self._most, self._monotonic, self._lock = most, monotonic, Lock()
        self._reserved, self._taken = dict[int, float](), deque[float]()
        self._spare, self._refused = deque[float](), float("-inf")

    def reserve(self) -> bool:
        """A slot for this thread. False: none is free."""
        with self._lock:
            self._reserved.pop(get_ident(), None)
            free = self._free()
            if free:
                self._reserved[get_ident()] = self._monotonic()
            else:
                self._refused = self._monotonic()
            return free

    def take_spare(self) -> bool:
        """A slot that no mail with a pass is likely to need. False: there is none now."""
        with self._lock:
            now, free = self._monotonic(), self._free()
            while self._spare and self._spare[0] <= now - MINUTE:
                self._spare.popleft()
            third = self._most // 3
            left = self._most - len(self._reserved) - len(self._taken)
            if not free or left <= third or len(self._spare) >= max(1, third) or self._refused > now - MINUTE:
                return False
            self._spare.append(now)
            self._taken.append(now)
            return True

    def take(self) -> bool:
        """The slot that was reserved for this thread, or a free one. False: there is neither."""
        with self._lock:
            free = self._free()
            if self._reserved.pop(get_ident(), None) is None and not free:
                return False
            self._taken.append(self._monotonic())
            return True

    def _free(self) -> bool:
        since = self._monotonic() - MINUTE
        self._reserved = {thread: at for thread, at in self._reserved.items() if at > since}
        while self._taken and self._taken[0] <= since:
            self._taken.popleft()
        return len(self._reserved) + len(self._taken) < self._most


def _message(to: str, subject: str, body: Secret) -> dict[str, object]:
    """Graph keeps a copy in Sent Items unless it is told not to."""
    content = {"contentType": "HTML", "content": body.reveal()}
    return {
        "message": {"subject": subject, "body": content, "toRecipients": [{"emailAddress": {"address": to}}]},
        "saveToSentItems": False,
    }


def _no_turn(why: str) -> DidNot:
    """The pass is there, and others are before it: no ticket's fault, once a second one meets it."""
    busy = Trouble("no turn", False, Reason.MAIL_UNREACHABLE, why)
    return DidNot(Reason.MAIL_UNREACHABLE, Retry.UNCOUNTED, why, busy)


def _judged(reply: Reply) -> Effect[None]:
    """`Happened` for a 202 only. Details are ours: Graph's message may quote the mail."""
    said = said_by(reply)
    row = effect_of(reply, MAILS, said.code)
    if row.outcome is Outcome.DONE:
        return Happened(None)
    if row.says:
        return DidNot(
            Reason.RECIPIENT_NOT_ALLOWED, row.outcome.retry, "Exchange rejects the manager's address."
        )
    unknown = row.outcome is Outcome.UNKNOWN
    why = (
        f"It is unknown whether the mail was sent: {unclear(reply, 'Graph')}."
        if unknown
        else _refusal(reply, said)
    )
    refused = reply.refused if isinstance(reply, NotSent) else reply.status == 401
    reason = Reason.SIGN_IN_REFUSED if refused else Reason.MAIL_UNREACHABLE
    trouble = trouble_of(reply, reason, why, said.code, EVERYBODYS)
    if unknown:
        return Unknown(why, reason, trouble)
    return DidNot(reason, row.outcome.retry, why, trouble)


def _refusal(reply: Reply, said: GraphReply) -> str:
    if isinstance(reply, NotSent):
        return (
            f"passdesk can't sign in: {reply.why}."
            if reply.refused
            else f"Graph can't be reached: {reply.why}."
        )
    if said.code in EVERYBODYS:
        return EVERYBODYS[said.code]
    return _REFUSALS.get(said.status, f"Graph refuses the mail ({said.status} {said.code}".rstrip() + ").")
