"""What becomes of a call: nothing, half of it, or all of it, soon, late or twice."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from connector.domain.errors import Down
from connector.http.service import Answer, NoAnswer, NotSent, Reply
from tests.simulation.shape import Fate, Outage

if TYPE_CHECKING:
    from tests.simulation.replica import Replica
    from tests.simulation.world import World

T = TypeVar("T")
TIMEOUT = 30.0
RESET = "the connection was lost"


class Network:
    """Between all replicas and the services. A call's fate is in the shape; one that has none goes well."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.fates = {(each.channel, each.nth): each for each in world.shape.kept if isinstance(each, Fate)}
        self.counts: dict[str, int] = {}
        self.outages = [each for each in world.shape.kept if isinstance(each, Outage)]

    def out(self, service: str) -> bool:
        now = self.world.hub.now
        return now < self.world.shape.faults_until and any(
            each.service == service and each.at <= now < each.at + each.seconds for each in self.outages
        )

    def fate(self, channel: str) -> Fate | None:
        number = self.counts.get(channel, 0)
        self.counts[channel] = number + 1
        if self.world.hub.now >= self.world.shape.faults_until:
            return None
        return self.fates.get((channel, number))

    def read(self, replica: Replica, service: str, channel: str, do: Callable[[], T]) -> T:
        """Raises Down."""
        fate = self.fate(channel)
        self.world.step(replica, channel)
        if fate and fate.kind == "slow":
            self.world.tell(f"{channel}: takes {fate.delay:g} s")
            self.world.hub.pause(fate.delay)
        if channel == "map" and self.out("map"):
            self.world.tell("map: it can't be read")
            raise Down(service, "it can't be reached")
        if self.out(service) or (fate and fate.kind == "down"):
            self.world.tell(f"{channel}: {service} is down")
            raise Down(service, "it can't be reached", fate.delay if fate and fate.delay > 5 else None)
        return do()

    def write(
        self, replica: Replica, service: str, channel: str, timeout: float, do: Callable[[], Answer]
    ) -> Reply:
        fate = self.fate(channel)
        self.world.travel(replica)
        if self.out(service):
            self.world.tell(f"{channel}: {service} is down, nothing was sent")
            return NotSent("no connection")
        if fate is None:
            reply = do()
            self.world.step(replica, channel)
            return reply
        self.world.tell(
            f"{channel}: {fate.kind}" + (f" by {fate.delay:g} s" if fate.delay or fate.kind == "late" else "")
        )
        return self.unlucky(replica, fate, min(timeout, TIMEOUT), do)

    def unlucky(self, replica: Replica, fate: Fate, timeout: float, do: Callable[[], Answer]) -> Reply:
        hub = self.world.hub
        match fate.kind:
            case "refused":
                return NotSent("no connection")
            case "busy":
                return Answer(429, None, {})
            case "broken":
                return Answer(503, None, {})
            case "denied":
                return Answer(403, {"error": {"code": "ErrorAccessDenied"}}, {})
            case "invalid":
                return Answer(400, {"error": {"code": "ErrorInvalidRecipients"}}, {})
            case "timed_out":
                do()
                self.world.step(replica, "reply")
                return Answer(408, None, {})
            case "lost":
                hub.pause(timeout)
                return NoAnswer("no reply in time")
            case "late":
                hub.at(hub.now + fate.delay, do)
                self.world.step(replica, "reply")
                return NoAnswer(RESET)
            case "twice":
                reply = do()
                hub.at(hub.now + fate.delay, do)
                self.world.step(replica, "reply")
                return reply
            case "broken_done":
                do()
                self.world.step(replica, "reply")
                return Answer(502, None, {})
            case _:
                do()
                hub.pause(min(timeout, 10.0))
                return NoAnswer("no reply in time")
