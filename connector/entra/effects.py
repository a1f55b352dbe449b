"""Rows of Graph's own: what its answers to a POST of a pass, a DELETE of one, a mail and an end of sessions
prove.

Graph documents an envelope for all of its 4xx, so a 4xx with JSON or with nothing is a refusal, and one with
a page may be a proxy's. A 503 is UNKNOWN as everywhere, though Graph would have it tried again
(graph.md §5): the price is a fence.
"""

from __future__ import annotations

from connector.http.effects import REFUSALS, Outcome, Row

_HINTED = REFUSALS - {401, 404, 409, 429}  # the code is badRequest for everything, so the message is the hint
CREATIONS = (
    Row({201}, Outcome.DONE, "The pass follows, shown this once.", "graph.md §1.1"),
    Row(_HINTED, Outcome.UNCOUNTED, "By Entra's clock it has passed.", "graph.md §1.4", "startdatetime"),
    Row(_HINTED, Outcome.NEVER, "The policy has other limits.", "graph.md §1.4", "lifetimeinminutes"),
    Row(_HINTED, Outcome.NEVER, "Guests get none.", "graph.md §1.4", "external guest"),
    Row(_HINTED, Outcome.NEVER, "The policy leaves them out.", "graph.md §1.4", "usercredentialpolicy"),
    Row(
        {401, 403, 404, 409, 429},
        Outcome.UNCOUNTED,
        "A right is lacking, a replica lags, a pass stands, or Graph is busy: no ticket's fault.",
        "graph.md §1.3, §1.4, §5",
    ),
    Row(
        REFUSALS,
        Outcome.COUNTED,
        "Refused for a reason that nobody knows. The journey makes sure all the same that no pass is there.",
        "graph.md §1.4",
    ),
)
DELETIONS = (
    Row({204, 404}, Outcome.DONE, "Taken, or nothing was there: looks tell.", "graph.md §1.2, §1.4"),
    Row(
        {401, 429},
        Outcome.UNCOUNTED,
        "Not signed in, or Graph is busy.",
        "graph.md §1.4, §5",
        any_body=True,
    ),
    Row(
        REFUSALS,
        Outcome.COUNTED,
        "Refused, also by a page: the worst of a mistake is another DELETE.",
        "graph.md §1.4",
        any_body=True,
    ),
)
MAILS = (
    Row({202}, Outcome.DONE, "Exchange took it, which is not yet delivered.", "graph.md §4.3"),
    Row(
        REFUSALS,
        Outcome.COUNTED,
        "The only address isn't taken.",
        "graph.md §4.3",
        says="errorinvalidrecipient",
    ),
    Row(
        {401, 429}, Outcome.UNCOUNTED, "Not signed in, or it is busy: no ticket's fault.", "graph.md §4.3, §5"
    ),
    Row(
        REFUSALS,
        Outcome.COUNTED,
        "A right or the mailbox is lacking, or another reason: this ticket's until others meet it, too.",
        "graph.md §1.4, §4.3",
    ),
)
SESSIONS = (
    Row({200, 202, 204}, Outcome.DONE, "Taken; it takes minutes.", "graph.md §14"),
    Row(
        {401, 429},
        Outcome.UNCOUNTED,
        "Not signed in, or Graph is busy.",
        "graph.md §1.4, §5",
        any_body=True,
    ),
    Row(
        REFUSALS,
        Outcome.COUNTED,
        "Refused, also by a page: the worst of a mistake is another try.",
        "graph.md §14",
        any_body=True,
    ),
)
