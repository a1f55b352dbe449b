"""Routes that rest: a service that refuses everybody is left alone, by all processes, and tried by one ticket
at a time.

One refusal can be about one person or one ticket, and one ticket must never stop everybody. So a route rests
where the answer itself says that it is everybody's, or where another person or ticket meets the same answer
within ten minutes while nobody succeeds. Each failed try makes the rest longer; the first success ends it.
Who was refused while others succeed is refused for reasons of their own, and proves nothing for a day.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from connector.domain.outcome import NotYet
from connector.domain.reasons import Reason
from connector.domain.ticket import Plan
from connector.domain.trouble import ENTRA, Trouble, routes_of

WITHIN = 600.0  # s in which the same answer to two means everybody
CLEARED = 86400.0  # s for which somebody who was refused alone proves nothing
FIRST, LONGEST = 60.0, 900.0  # s of the first rest, doubled with each failed try
PROBE = 180.0  # s that one ticket has to try: a POST, and the note or mail behind it
COURTESY = 90.0  # s that tickets which were never refused have to try first, from the first look after a rest
ASIDE = 300.0  # s for which somebody who was refused alone isn't tried again
MOST = 20  # suspects that are kept


@dataclass(frozen=True)
class Suspect:
    """Somebody who was refused. `cleared`: others succeeded since, so it was about them.

    `answer` is "" for a ticket whose try proved nothing.
    """

    who: str
    answer: str
    at: float
    cleared: bool = False
    ticket: str = ""
    reason: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Rest:
    """A route, and what is known against it. Times are the ledger's clock."""

    route: str
    suspects: tuple[Suspect, ...] = ()
    since: float | None = None  # None: it doesn't rest, there are only suspects
    until: float = 0.0  # from then on one ticket may try
    times: int = 0
    reason: Reason = Reason.RECOVERING
    answer: str = ""
    detail: str = ""
    probe: str | None = None  # the ticket that tries; None: none does
    probe_until: float = 0.0  # until then nobody else tries, or nobody who was refused; 0: nobody looked yet

    @property
    def resting(self) -> bool:
        return self.since is not None

    def bars(self, ticket: str, who: str, now: float, others: Callable[[Rest], bool]) -> bool:
        """Tell whether a ticket may not take this route now. It may as the one that tries: one that was never
        refused has the first try, where `others` like it wait.
        """
        if not self.resting:
            return False
        if now < self._until(who):
            return True
        if self.probe is not None:
            return self.probe != ticket and now < self.probe_until
        courtesy = self.probe_until == 0.0 or now < self.probe_until
        return courtesy and self.suspects_one_of((who, ticket)) and others(self)

    def refused_lately(self, who: str, now: float) -> NotYet | None:
        """What somebody was told whom Entra refused a pass for a reason of their own: the same for some
        minutes, in which others come first.
        """
        lacking = (each for each in self.suspects if each.reason == Reason.EVIDENCE_MISSING)
        mine = next((each for each in lacking if each.who == who and now < each.at + ASIDE), None)
        return NotYet(Reason.EVIDENCE_MISSING, mine.detail) if mine else None

    def suspects_one_of(self, who: Collection[str]) -> bool:
        return any(each.who in who for each in self.suspects)

    def _until(self, who: str) -> float:
        """The end of the rest. A server that fails over one person again and again keeps others no longer."""
        met = {each.who: each.at for each in self.suspects if each.answer and not each.cleared}
        if len(met) == 1 and who not in met and self.answer.startswith("5") and self.times > 1:
            return min(self.until, met.popitem()[1] + FIRST)
        return self.until

    def tried_by(self, ticket: str, now: float) -> Rest:
        return replace(self, probe=ticket, probe_until=now + PROBE)

    def courtesy(self, now: float) -> Rest:
        """The rest is over, and somebody who was refused looked: from now on others have so long to try."""
        begins = self.resting and now >= self.until and self.probe is None and self.probe_until == 0.0
        return replace(self, probe_until=now + COURTESY) if begins else self

    def tried_in_vain(self, ticket: str, now: float) -> Rest:
        """The ticket that tried met something of its own: the next one tries, and that one comes last."""
        others = tuple(each for each in self.suspects if each.who != ticket)
        return replace(
            self,
            probe=None,
            probe_until=0.0,
            suspects=(*others, Suspect(ticket, "", now, ticket=ticket))[-MOST:],
        )

    @property
    def not_yet(self) -> NotYet:
        said = f"{self.detail} ({self.answer}). It is tried again with one ticket."
        return NotYet(self.reason, said, everybodys=True)


def learnt(rest: Rest | None, trouble: Trouble, ticket: str, now: float) -> Rest:
    """A route after an answer that may be everybody's."""
    known = rest or Rest(trouble.route)
    began = now if known.since is None else known.since
    others = tuple(
        each for each in known.suspects if each.who != trouble.who and each.at > began - _kept(each)
    )
    mine = next((each for each in known.suspects if each.who == trouble.who), None)
    alone = mine is not None and mine.cleared and mine.answer == trouble.answer and mine.at > now - CLEARED
    this = Suspect(trouble.who, trouble.answer, now, False, ticket, str(trouble.reason), trouble.detail)
    if alone and trouble.may_be_ones and not known.resting:
        return replace(known, suspects=(*others, replace(this, cleared=True)))
    alike = any(_proves(each, trouble, now) for each in known.suspects)
    suspects = (*others, this)[-MOST:]
    if not (trouble.shared or alike or known.resting):
        return replace(known, suspects=suspects)
    if known.resting and now < known.until and known.probe != ticket:
        return replace(known, suspects=suspects)  # it was under way when the rest began: both count once
    wait = min(FIRST * 2**known.times, LONGEST)
    return replace(
        known,
        suspects=suspects,
        since=now if known.since is None else known.since,
        until=now + max(wait, min(trouble.retry_after or 0.0, LONGEST)),
        times=min(known.times + 1, 10),
        reason=trouble.reason,
        answer=trouble.answer,
        detail=trouble.detail,
        probe=None,
        probe_until=0.0,
    )


def healed(rest: Rest, who: Collection[str]) -> Rest | None:
    """A route that these took with success; None: nothing is left to know."""
    left = tuple(replace(each, cleared=True) for each in rest.suspects if each.who not in who)
    return Rest(rest.route, left) if left else None


def passages(plan: Plan, mapping: str, ticket: str) -> list[tuple[str, str]]:
    """The routes that a plan needs, each with the one that a refusal there would be about: Entra's, and those
    of its destinations in their order.
    """
    return [(ENTRA, plan.subject.id), *((each, ticket) for each in routes_of(plan.recipient, mapping))]


def admitted(
    rests: Mapping[str, Rest],
    ways: Sequence[tuple[str, str]],
    ticket: str,
    now: float,
    others: Callable[[Rest], bool],
) -> tuple[NotYet | None, list[Rest]]:
    """NotYet where no pass could be made or handed over now; and the rests as they are then: those that this
    ticket tries to end, or whose end it saw. Of several destinations one is enough.
    """
    resting = {route: rest for route, rest in rests.items() if rest.resting}
    if ENTRA in rests and ENTRA not in resting and (no := rests[ENTRA].refused_lately(ways[0][1], now)):
        return no, []
    shut = {
        route for route, who in ways if route in resting and resting[route].bars(ticket, who, now, others)
    }
    there = [route for route, _ in ways[1:] if route not in shut]
    if ENTRA in shut or (shut and not there):
        why = resting[next(route for route, _ in ways if route in shut)].not_yet
        return why, [resting[each].courtesy(now) for each in sorted(shut)]
    return None, [resting[each].tried_by(ticket, now) for each in (ENTRA, *there[:1]) if each in resting]


def _proves(suspect: Suspect, trouble: Trouble, now: float) -> bool:
    """Tell whether a trouble is everybody's because this one met it, too. What Entra refuses may be about a
    person, so that two tickets of one person prove nothing there.
    """
    lately = not suspect.cleared and suspect.at > now - WITHIN
    return suspect.who != trouble.who and lately and suspect.answer == trouble.answer


def _kept(suspect: Suspect) -> float:
    return CLEARED if suspect.cleared else WITHIN
