"""A shop's instance over real HTTP, as the simulator plays it, and this connector's desk of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from connector.desks.servicenow.desk import ServiceNowDesk
from connector.desks.servicenow.dialect import ServiceNowDialect
from connector.domain.errors import SignInRefused
from connector.http.service import Service
from connector.mapping import AnyOf, Condition, Mapping, NoteRules, Pipeline, Watch
from connector.mapping.keys.dialect import unsupported
from connector.simulators import Request, Response, Served, ServiceNow

OPEN = Watch((Condition("state", AnyOf(("1", "2"))),))


class Key:
    """Signs with the simulator's API key."""

    def __init__(self, shop: ServiceNow) -> None:
        self._key = shop.accounts.api_key

    def headers(self) -> dict[str, str]:
        return {"x-sn-apikey": self._key}

    def refused(self) -> bool:
        return False

    def explain(self, reply: object) -> SignInRefused:
        return SignInRefused("contoso", "it doesn't sign passdesk in (401)")


@dataclass
class Shop:
    instance: ServiceNow
    service: Service = field(init=False)
    url: str = field(init=False)
    requests: list[Request] = field(default_factory=list)
    bend: Callable[[Request], Request] = lambda request: request  # what the instance makes of a request
    answer: Callable[[Request], Response | None] = lambda request: None  # in its place

    def __call__(self, request: Request) -> Response:
        self.requests.append(request)
        return self.answer(request) or self.instance(self.bend(request))

    def desk(
        self, *fields: str, table: str = "sc_req_item", note: NoteRules | None = None, **rules: object
    ) -> ServiceNowDesk:
        """One view of the instance, by a mapping that names these fields. Raises ValueError."""
        values = {f"value{number}": Pipeline((each,)) for number, each in enumerate(fields)}
        note = note or NoteRules()
        made = Mapping("items", "shop", table, OPEN, values, note=note, **rules)  # type: ignore[arg-type]
        for sentence in unsupported(ServiceNowDialect(), made, self.url):
            raise ValueError(sentence)
        return ServiceNowDesk(self.service, made, self.url)

    def calls(self, table: str) -> list[Request]:
        return [each for each in self.requests if f"/table/{table}" in each.path]


def uncounted(request: Request) -> Request:
    """As through a proxy that passes no X-Total-Count on."""
    return replace(request, target=f"{request.target}&sysparm_no_count=true")


@contextmanager
def shop() -> Iterator[Shop]:
    made = Shop(ServiceNow())
    with Served(made) as served:
        made.url = served.url
        made.service = Service("shop", served.url, Key(made.instance), sleep=lambda seconds: None)
        yield made
        made.service.close()
