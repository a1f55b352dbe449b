"""How a person is reached, and in which language, as the directory has it now; and the end of their sessions.
graph.md §12, §14
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from connector.domain.notice import Contact
from connector.domain.outcome import DidNot, Effect, Happened, Unknown
from connector.domain.reasons import Reason
from connector.domain.recipients import is_address
from connector.entra.effects import SESSIONS
from connector.entra.graph import BATCH, Graph, GraphRequest, said_by
from connector.http.effects import Outcome, effect_of, unclear

SELECT: Final = "id,displayName,userPrincipalName,mail,otherMails,preferredLanguage"
MOST: Final = 5  # addresses of one person
PERMISSION: Final = "User.RevokeSessions.All"


@dataclass(frozen=True)
class EntraContacts:
    """Safe to share between threads: nothing is kept."""

    graph: Graph

    def of(self, people: Sequence[str]) -> Mapping[str, Contact | None]:
        """The contact of each, by object id; None: there is no such account. Who is missing couldn't be read.
        Raises Down.
        """
        wanted, found = list(dict.fromkeys(people)), dict[str, Contact | None]()
        for first in range(0, len(wanted), BATCH):
            some = wanted[first : first + BATCH]
            asked = [
                GraphRequest(str(at), f"/users/{quote(each, safe='')}?$select={SELECT}")
                for at, each in enumerate(some)
            ]
            replies = self.graph.batch(asked)
            for at, each in enumerate(some):
                reply = replies[str(at)]
                if reply.status == 404:
                    found[each] = None
                elif reply.ok and (contact := contact_of(reply.body)):
                    found[each] = contact
        return found


def contact_of(row: Mapping[str, Any]) -> Contact | None:
    """Read one user; None: the answer is partial. An address of an unusual form isn't mailed to."""
    if "mail" not in row or not isinstance(row.get("otherMails"), list):
        return None
    texts = [each for each in (row["mail"], *row["otherMails"]) if isinstance(each, str) and is_address(each)]
    once = {each.lower(): each for each in reversed(texts)}
    addresses = tuple(dict.fromkeys(once[each.lower()] for each in texts))
    named = ("displayName", "userPrincipalName", "preferredLanguage")
    name, upn, language = (found if isinstance(found := row.get(each), str) else "" for each in named)
    return Contact(addresses[:MOST], name, upn, language)


def end_sessions(graph: Graph, person: str) -> Effect[None]:
    """Ask that all of somebody's sessions end, by object id; safe twice. It takes some minutes."""
    reply = graph.write("POST", f"/users/{quote(person, safe='')}/revokeSignInSessions")
    row = effect_of(reply, SESSIONS, said_by(reply).code)
    if row.outcome is Outcome.DONE:
        return Happened(None)
    if row.outcome is Outcome.UNKNOWN:
        return Unknown(f"It is unknown whether the sessions end: {unclear(reply, 'Graph')}.")
    status = getattr(reply, "status", 0)
    lacks = f"The application permission {PERMISSION} is missing."
    why = lacks if status == 403 else f"Entra doesn't end the sessions ({status})." if status else "Not sent."
    return DidNot(Reason.EVIDENCE_MISSING, row.outcome.retry, why)
