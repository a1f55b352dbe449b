"""Judge whether an answer to a write may be everybody's."""

from __future__ import annotations

from collections.abc import Collection

from connector.domain.reasons import Reason
from connector.domain.trouble import Trouble
from connector.http.headers import retry_after
from connector.http.service import NotSent, Reply


def trouble_of(
    reply: Reply, reason: Reason, detail: str, code: str = "", everybodys: Collection[str] = ()
) -> Trouble:
    """`code` is the service's own word, `everybodys` those of them that say that everybody is refused.

    Sign-in, throttling and the failures of a server are everybody's, too. Any other refusal, and silence, can
    be one person's or one ticket's until another one meets the same.
    """
    if isinstance(reply, NotSent) and reply.refused:
        return Trouble("sign-in refused", True, reason, detail, reply.retry_after)
    status = None if isinstance(reply, NotSent) else reply.status
    shared = status in (401, 429) or (status or 0) >= 500 or code in everybodys
    asked = None if isinstance(reply, NotSent) else retry_after(reply.headers)
    return Trouble(f"{status or 'no answer'} {code}".rstrip(), shared, reason, detail, asked)
