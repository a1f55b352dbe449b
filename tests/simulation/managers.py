"""Who is whose manager, as the directory named them at every instant, and what administrators do about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from tests.simulation.world import World

T = TypeVar("T")
KEPT = 310.0  # seconds that passdesk keeps a step of the chain of managers
VERBS = ("boss_changes", "boss_changes", "boss_leaves", "boss_is_self", "boss_circle", "boss_circle",
    "boss_disabled",
         "boss_enabled", "boss_guest", "boss_moves", "boss_elsewhere")  # fmt: skip


class Managers:
    """`first` is everybody's manager, `next_` may become it, `top` is above both."""

    def __init__(self, world: World, people: Sequence[str], first: str) -> None:
        self.world, self.tenant, self.first = world, world.tenant, first
        self.top = self.tenant.add_user("gus.grand@contoso.com")
        self.next_ = self.tenant.add_user("nora.next@contoso.com", manager=self.top)
        self.tenant.users[first].manager = self.top
        everybody = [*people, self.next_, self.top]
        self._named = {each: [(0.0, self.tenant.users[each].manager)] for each in everybody}
        self._mails = {each: [(0.0, self._mail(each))] for each in everybody}
        self._unfit: dict[str, tuple[float, str]] = {}  # since when, and why
        self.steps: dict[
            str, list[float]
        ] = {}  # when the chain above somebody was followed: what was seen is kept

    def do(self, verb: str, user: str) -> None:
        """An administrator changes a person's manager, or that manager's account."""
        boss = self.tenant.users[user].manager
        match verb:
            case "boss_changes":
                self.tenant.users[user].manager = self.next_ if boss != self.next_ else self.first
            case "boss_leaves":
                self.tenant.users[user].manager = None
            case "boss_is_self":
                self.tenant.users[user].manager = user
            case "boss_circle" if boss and boss != user:
                self.tenant.users[boss].manager = user
            case _ if boss in (self.first, self.next_):
                self._to_account(verb, self.tenant.users[boss].properties)
        self._know()

    def _to_account(self, verb: str, account: dict[str, object]) -> None:
        name = str(account["userPrincipalName"]).partition("@")[0]
        match verb:
            case "boss_disabled" | "boss_enabled":
                account["accountEnabled"] = verb == "boss_enabled"
            case "boss_guest":
                account["userType"] = "Guest"
            case "boss_moves":
                account["mail"] = f"{name}.{int(self.world.hub.now)}@contoso.com"
            case "boss_elsewhere":
                account["mail"] = f"{name}@example.org"

    def _know(self) -> None:
        now = self.world.hub.now
        for user, named in self._named.items():
            if named[-1][1] != self.tenant.users[user].manager:
                named.append((now, self.tenant.users[user].manager))
            if self._mails[user][-1][1] != self._mail(user):
                self._mails[user].append((now, self._mail(user)))
            why = self._why_unfit(user)
            if why is None:
                self._unfit.pop(user, None)
            else:
                self._unfit.setdefault(user, (now, why))

    def _mail(self, user: str) -> str:
        return str(self.tenant.users[user].properties["mail"])

    def _why_unfit(self, user: str) -> str | None:
        account = self.tenant.users[user].properties
        why = {
            "is disabled": not account["accountEnabled"],
            "is a guest": account["userType"] != "Member",
            "has a mailbox elsewhere": not self._mail(user).endswith("@contoso.com"),
        }
        return next((name for name, holds in why.items() if holds), None)

    # What was so, from one moment to another

    def of(self, user: str, since: float, until: float) -> set[str]:
        """Everybody whom the directory named as this person's manager."""
        return {each for each in _between(self._named[user], since, until) if each}

    def mails_of(self, user: str, since: float, until: float) -> set[str]:
        return set(_between(self._mails[user], since, until))

    def unfit(self, user: str, before: float) -> str | None:
        """Why this person could not be mailed a pass, since before then and ever since."""
        since, why = self._unfit.get(user, (1e9, ""))
        return why if since < before else None

    def circled(self, user: str, before: float) -> bool:
        """Whether the managers above lead round in a circle since before then, and nobody had read them
        shortly before that.
        """
        seen: set[str] = {user}
        while True:
            since, above = self._named[user][-1]
            kept = any(before - KEPT < at <= since for at in self.steps.get(user, ()))
            if above is None or since >= before or kept:
                return False
            if above in seen:
                return True
            seen.add(above)
            user = above

    def fit(self, user: str) -> bool:
        """Whether this person's manager could be mailed a pass now, and for some time."""
        now, boss = self.world.hub.now, self.tenant.users[user].manager
        if boss is None or boss == user or self._why_unfit(boss) or self.circled(user, now):
            return False
        changes = [every[-1][0] for every in self._named.values()]
        return max(changes) < now - KEPT or max(changes) == 0.0


def _between(history: list[tuple[float, T]], since: float, until: float) -> list[T]:
    first = max(number for number, (at, _) in enumerate(history) if at <= max(since, 0.0))
    return [value for at, value in history[first:] if at <= until]
