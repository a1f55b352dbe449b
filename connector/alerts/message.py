"""The sentences of an alert: conditions, counts and names of the configuration. A ticket or a person is named
where `alerts.names` says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from connector.alerts.sending import Message
from connector.domain.conditions import BY_NAME, Condition
from connector.domain.durations import roughly
from connector.ledger.alerting import Notice, merged

_SHOWN: Final = 5  # labels that are written out
# A number or a sign-in name comes from outside: what could be markup, a link or a mention is left out.
_STRANGE: Final = re.compile(r"[^\w.@+ -]|(?<!\w)@|@(?!\w)")
TEST: Final = Message(
    "passdesk: a test",
    "This is a test of `passdesk alerts test`. Alerts of passdesk will arrive here.",
)

Tickets = Mapping[str, tuple[str, str]]  # by key: the number, and who its pass is for


def message(installation: str, notices: Sequence[Notice], tickets: Tickets | None = None) -> Message:
    """One message of all of them. `tickets`: those that may be named; None: none may."""
    every = merged(notices)
    broken, over = [each for each in every if not each.over], [each for each in every if each.over]
    lines = [*(_broken(each, tickets) for each in broken), *(_over(each) for each in over)]
    counted = [f"{len(broken)} broken"] * bool(broken) + [f"{len(over)} over"] * bool(over)
    critical = any(BY_NAME[each.condition].severity == "critical" for each in broken)
    begin = "CRITICAL " if critical else ""
    return Message(f"{begin}passdesk {installation}: {', '.join(counted)}", "\n".join(lines))


def _broken(notice: Notice, tickets: Tickets | None) -> str:
    condition = BY_NAME[notice.condition]
    said = f"{condition.severity.upper()} {condition}: {_sentence(condition, notice)} {condition.cure}"
    named = [_name(*tickets[key]) for key in notice.keys if key in tickets] if tickets else []
    more = notice.count - len(named)
    if named:
        said += f" Tickets: {', '.join(named)}{f' and {more} more' if more > 0 else ''}."
    return said


def _over(notice: Notice) -> str:
    condition = BY_NAME[notice.condition]
    return f"OVER {condition}: {_sentence(condition, notice)} This is over, after {roughly(notice.lasted)}."


def _sentence(condition: Condition, notice: Notice) -> str:
    text = condition.one if notice.count == 1 else condition.many
    labels = [label for label in notice.labels if label]
    shown = [
        f"{notice.labels[label]} × {label}" if notice.labels[label] > 1 else label
        for label in labels[:_SHOWN]
    ]
    more = len(labels) - len(shown)
    what = ", ".join(_plain(each) for each in shown) + (f" and {more} more" if more else "")
    said = text.format(n=notice.count, what=what)
    return said.replace(" ()", "") if not what else said


def _name(number: str, person: str) -> str:
    return f"{_plain(number)} ({_plain(person)})" if person else _plain(number)


def _plain(text: str) -> str:
    return _STRANGE.sub("", text.replace("×", "x"))[:100]
