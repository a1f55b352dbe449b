"""The pause of a desk that was seen to do with a note what it must not, say show it to callers: no pass is
noted there for a while.
"""

from __future__ import annotations

from connector.domain.outcome import NotYet
from connector.domain.reasons import Reason
from connector.http.cooldown import Cooldown

NOTE_COOLDOWN = 900.0  # s


def not_yet(cooldown: Cooldown) -> NotYet | None:
    """The reason for which a ticket waits. None: it needn't."""
    pause = cooldown.active()
    if pause is None:
        return None
    return NotYet(Reason.DESK_REFUSED, f"For 15 minutes no pass is written to this desk: {pause.why}.")
