"""Looks at many delivered passes at once: what can be asked of several people or tickets is asked once.

Nothing here raises. What isn't known then is asked alone, by a caller who can say why it can't be known.
docs/decisions/0030
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

from connector.domain.outcome import State
from connector.domain.steady import steady
from connector.domain.ticket import Attempt, Claim
from connector.lifecycle.aftercare import SELDOM, Look, Seen
from connector.lifecycle.roles import Roles
from connector.worker.handful import TogetherRead

SOME: Final = 20  # passes that are looked at together
ACCOUNTS: Final = 300  # accounts that are asked about together


def is_alive(claim: Claim) -> bool:
    return claim.state is State.LIVE and claim.attempt is not None


def alive(claims: Iterable[Claim]) -> list[Claim]:
    """Those whose pass was delivered."""
    return [claim for claim in claims if is_alive(claim)]


def in_parts(claims: Iterable[Claim]) -> list[list[Claim]]:
    """Parts that are looked at together, each of one mapping."""
    found = dict[str, list[Claim]]()
    for claim in claims:
        found.setdefault(claim.mapping, []).append(claim)
    return [every[first : first + SOME] for every in found.values() for first in range(0, len(every), SOME)]


def not_alive(claims: Iterable[Claim]) -> list[Claim]:
    return [claim for claim in claims if not is_alive(claim)]


@dataclass
class Looks:
    """What was asked of late. For threads. What is kept is no news, and so decides nothing: it only saves
    asking again.
    """

    monotonic: Callable[[], float] = steady
    standing: dict[str, Look] = field(default_factory=dict)  # by the reference of the attempt
    enabled: dict[str, float] = field(default_factory=dict)  # by person: when their account was said to be
    lock: Lock = field(default_factory=Lock)

    def of(self, claims: Sequence[Claim], roles: Roles) -> list[Seen]:
        """What was asked about each pass, in their order. Their tickets are read beside the other questions,
        where that can be. About one whose time is over nothing is asked.
        """
        asked = in_their_time(claims, roles)
        tickets = TogetherRead(roles.desk, [claim.ticket for claim in asked])
        begun = self.monotonic()
        underway = roles.beside.begin(tickets.read) if roles.beside else None
        self.ask_accounts(asked, roles)
        looks = self.look(asked, roles)
        if underway:
            underway.wait()
        return [
            Seen(
                looks.get(claim.current_attempt.reference),
                tickets.found.get(claim.ticket),
                claim.current_attempt.subject.id in self.enabled,
                self._since(begun),
            )
            for claim in claims
        ]

    def ask_accounts(self, claims: Sequence[Claim], roles: Roles) -> None:
        """Ask whether the accounts are enabled of all whose passes have begun, unless that was asked of
        late.
        """
        with suppress(Exception):
            self._forget()
            now = roles.issuer.now()
            people = {each.subject.id for each in attempts_of(claims) if each.start <= now < each.end}
            with self.lock:
                people -= self.enabled.keys()
            for first in range(0, len(people), ACCOUNTS):
                self._ask_some(sorted(people)[first : first + ACCOUNTS], roles)

    def _ask_some(self, people: Sequence[str], roles: Roles) -> None:
        begun = self.monotonic()
        with suppress(Exception):  # the others are asked all the same
            found = roles.holders.enabled(people) if roles.holders else {}
            with self.lock:
                self.enabled.update((person, begun) for person, enabled in found.items() if enabled)

    def look(self, claims: Sequence[Claim], roles: Roles) -> dict[str, Look]:
        """A look at the passes of each, by the reference of their attempt: one of late, where that counts."""
        found, attempts = dict[str, Look](), attempts_of(claims)
        with suppress(Exception):
            now = roles.issuer.now()
            for each in attempts:
                kept = self.standing.get(each.reference)
                if kept and kept.counts(each, now):
                    found[each.reference] = kept
            left = [each for each in attempts if each.reference not in found]
            age = self._since(self.monotonic())
            asked = [each.subject.id for each in left]
            passes = roles.holders.passes(asked) if roles.holders and asked else {}
            new = {each: Look(passes[each.subject.id], age) for each in left if each.subject.id in passes}
            found |= {each.reference: look for each, look in new.items()}
            with self.lock:
                self.standing.update((each.reference, new[each]) for each in new if no_news(each, new[each]))
        return found

    def _forget(self) -> None:
        with self.lock:
            since = self.monotonic() - SELDOM
            self.enabled = {person: at for person, at in self.enabled.items() if at >= since}
            self.standing = {name: look for name, look in self.standing.items() if look.age() <= SELDOM}

    def _since(self, begun: float) -> Callable[[], float]:
        return lambda: self.monotonic() - begun


def in_their_time(claims: Sequence[Claim], roles: Roles) -> list[Claim]:
    """Those whose time isn't over; all of them where no clock can be had."""
    now = 0
    with suppress(Exception):
        now = roles.issuer.now()
    return [claim for claim in claims if now < claim.current_attempt.end]


def attempts_of(claims: Sequence[Claim]) -> list[Attempt]:
    return [claim.current_attempt for claim in claims]


def no_news(attempt: Attempt, look: Look) -> bool:
    """Tell whether a look shows the pass, unused, and nothing else of the attempt's."""
    ours = [each for each in look.passes if each.belongs_to(attempt)]
    return [each.id for each in ours] == [attempt.pass_id] and not ours[0].used
