"""The life of Temporary Access Passes: made, replaced, used, deleted (graph.md §1, §8)."""

import random
import string
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Literal

from connector.simulators.graph.errors import GraphError, method_refused, not_found
from connector.simulators.graph.tenant import Tenant, User

LETTERS = string.ascii_letters + string.digits + "+!#$%&*"  # the pass holds punctuation, as in the samples
NOT_ALLOWED = (
    "Converged UserCredentialPolicy does not allow creating or updating this authentication method. "
    "AuthMethodType [TemporaryAccessPass]."
)


class NotUsable(Exception):
    """Somebody tried to sign in with a pass that doesn't work; the message is the reason."""


@dataclass(frozen=True)
class Pass:
    """A pass; times in seconds since the epoch, lifetime in minutes."""

    id: str
    user: str
    text: str = field(repr=False)
    created: float
    start: float
    lifetime: int
    one_time: bool
    used: float | None = None

    @property
    def end(self) -> float:
        return self.start + self.lifetime * 60

    def live(self, now: float) -> bool:
        """Tell whether somebody can sign in with it, now or later."""
        return now < self.end and not (self.one_time and self.used is not None)


@dataclass(frozen=True)
class Event:
    """Something that happened to a pass, when (seconds since the epoch), and who did it."""

    at: float
    what: Literal["created", "replaced", "deleted", "used"]
    user: str
    id: str
    by: str


class Passes:
    """At most one a user. A new one replaces the old one, valid or not; its text is told once, on
    creation.
    """

    def __init__(self, tenant: Tenant, clock: Callable[[], float], *, seed: int = 0) -> None:
        self.tenant = tenant
        self.clock = clock
        self.audit: list[Event] = []
        self.issued: list[Pass] = []  # every pass ever made, as it was made
        self._standing: dict[str, Pass] = {}
        self._history: dict[str, list[tuple[float, Pass | None]]] = {}
        self._lot = random.Random(seed)

    @property
    def made(self) -> int:
        return len(self.issued)

    def counted(self, what: str) -> int:
        """Count an event: created, replaced, deleted, used."""
        return sum(event.what == what for event in self.audit)

    def standing(self, user: User | str) -> Pass | None:
        return self._standing.get(user if isinstance(user, str) else user.id)

    def live(self) -> list[Pass]:
        """The passes with which somebody could sign in, now or later."""
        return [held for held in self._standing.values() if held.live(self.clock())]

    def live_unknown(self, texts: Iterable[str]) -> list[Pass]:
        """The live passes that stand in none of these texts (notes, mails): nobody is known to hold them."""
        seen = list(texts)
        return [held for held in self.live() if not any(held.text in text for text in seen)]

    def create(self, user: User, body: dict[str, object], *, by: str = "app") -> Pass:
        """Raises GraphError where the tenant refuses; nothing has changed then."""
        policy, now = self.tenant.policy, self.clock()
        if not policy.enabled:
            raise method_refused(NOT_ALLOWED)
        if user.external:
            raise method_refused("Temporary Access Pass cannot be added to an external guest user.")
        if not self.tenant.in_scope(user) and self.tenant.switches.out_of_scope == "refused":
            raise method_refused(NOT_ALLOWED)
        lifetime = self._lifetime(body.get("lifetimeInMinutes"))
        one_time = body.get("isUsableOnce")
        if one_time is None:
            one_time = policy.one_time
        if not isinstance(one_time, bool):
            raise method_refused("Invalid IsUsableOnce specified.")
        if policy.one_time and not one_time:
            raise method_refused("Invalid IsUsableOnce specified. The policy allows one-time passes only.")
        start = self._start(body.get("startDateTime"), now)
        text = "".join(self._lot.choices(LETTERS, k=policy.length))
        made = Pass(self.tenant.new_id(), user.id, text, now, start, lifetime, one_time)
        old = self._standing.get(user.id)
        if old:
            self.audit.append(Event(now, "replaced", user.id, old.id, by))
        self.issued.append(made)
        self.audit.append(Event(now, "created", user.id, made.id, by))
        self._set(user.id, made)
        return made

    def delete(self, user: User, pass_id: str, *, by: str = "app") -> None:
        held = self._standing.get(user.id)
        if held is None or held.id != pass_id:
            raise not_found(pass_id)
        self._set(user.id, None)
        self.audit.append(Event(self.clock(), "deleted", user.id, held.id, by))

    def use(self, key: str, text: str | None = None) -> Pass:
        """The user (object id or UPN) signs in, with this text if given. Raises NotUsable."""
        user = self.tenant.user(key)
        held = self._standing.get(user.id) if user else None
        if user is None or held is None:
            raise NotUsable("there is no pass")
        if text is not None and text != held.text:
            raise NotUsable("the pass is another one")
        if not user.properties["accountEnabled"]:
            raise NotUsable("the account is disabled")
        reason = self.reason(user, held)
        if reason != "EnabledByPolicy":
            raise NotUsable(reason)
        used = replace(held, used=self.clock())
        self._set(user.id, used)
        self.audit.append(Event(self.clock(), "used", user.id, held.id, user.upn))
        return used

    def read(self, user: User) -> Pass | None:
        """The user's pass as a GET shows it: perhaps as it was a while ago."""
        then = self.clock() - self.tenant.switches.stale_s
        seen = [held for at, held in self._history.get(user.id, []) if at <= then]
        return seen[-1] if seen else None

    def reason(self, user: User, held: Pass) -> str:
        """The `methodUsabilityReason` at this moment."""
        policy = self.tenant.policy
        if not policy.enabled or not self.tenant.in_scope(user) or (policy.one_time and not held.one_time):
            return "DisabledByPolicy"
        if held.one_time and held.used is not None:
            return "OneTimeUsed"
        if self.clock() >= held.end:
            return "Expired"
        return "NotYetValid" if self.clock() < held.start else "EnabledByPolicy"

    def shown(self, user: User, held: Pass, *, told: bool = False) -> dict[str, object]:
        """The resource as JSON; the text of the pass only where it is `told`, null otherwise."""
        reason = self.reason(user, held)
        return {
            "id": held.id,
            "temporaryAccessPass": held.text if told else None,
            "createdDateTime": stamp(held.created),
            "startDateTime": stamp(held.start),
            "lifetimeInMinutes": held.lifetime,
            "isUsableOnce": held.one_time,
            "isUsable": reason == "EnabledByPolicy",
            "methodUsabilityReason": reason,
        }

    def _set(self, user: str, held: Pass | None) -> None:
        if held is None:
            self._standing.pop(user, None)
        else:
            self._standing[user] = held
        self._history.setdefault(user, []).append((self.clock(), held))

    def _lifetime(self, sent: object) -> int:
        policy = self.tenant.policy
        if sent is None:
            return policy.default_lifetime
        low, high = max(10, policy.minimum_lifetime), min(43_200, policy.maximum_lifetime)
        if not isinstance(sent, int) or isinstance(sent, bool) or not low <= sent <= high:
            message = f"Invalid LifetimeInMinutes specified. The valid range between {low} and {high}."
            raise method_refused(message)
        return sent

    def _start(self, sent: object, now: float) -> float:
        start = now if sent is None else self._moment(sent)
        judged_at = now + self.tenant.switches.start_clock_ahead_s
        if sent is not None and self.tenant.switches.refuses_past_start and start < judged_at:
            raise method_refused("Invalid StartDateTime specified. It can not be a time in the past.")
        step = {"none": 0, "second": 1, "minute": 60}[self.tenant.switches.start_rounding]
        return start // step * step if step else start

    def _moment(self, sent: object) -> float:
        try:
            moment = datetime.fromisoformat(str(sent))
        except ValueError:
            raise GraphError(400, "BadRequest", "Cannot convert the literal to the expected type.") from None
        if moment.tzinfo is None or self.tenant.switches.misreads_offset:
            moment = moment.replace(tzinfo=UTC)
        return moment.timestamp()


def stamp(at: float) -> str:
    """`2022-06-02T16:21:09Z`, with a fraction where there is one."""
    moment = datetime.fromtimestamp(at, UTC)
    return moment.replace(tzinfo=None).isoformat() + "Z"
