"""Two tickets whose evidence shares one call: each gets its own replies, and fails by itself.
docs/decisions/0029

The server holds a first ticket's call back, so that the two behind it are asked about while another is; they
wait for each other as long as they need to.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock
from typing import Any

import pytest

from connector.domain.errors import Down
from connector.entra.directory import EntraDirectory
from connector.entra.graph import Graph, GraphReply, GraphRequest
from connector.entra.shared_batch import HALF, SharedBatch
from connector.guards.evidence import Evidence
from connector.mapping import Facts, Key
from tests.endtoend.house import PATIENCE
from tests.entra.no_paths import NoPaths
from tests.entra.tenant import ANN, BOB, EVE, Signing, Tenant, role
from tests.entra.test_ahead import ANYBODY
from tests.http.loopback import Asked, Loopback, Says, serving

HELD = GraphRequest("held", "/held")
LONG = float(os.environ.get(PATIENCE, "60"))  # s that a ticket waits for another's here: the other comes
Replies = dict[str, GraphReply]


def request(path: str, id_: str = "one") -> GraphRequest:
    return GraphRequest(id_, path)


def many(path: str, count: int) -> list[GraphRequest]:
    return [request(f"{path}/{number}", str(number)) for number in range(count)]


@dataclass
class Server:
    """`says` answers a request by its path; by default with the path itself. `/held` waits for `go`."""

    says: Callable[[str], Says] = lambda path: Says(200, {"path": path})
    whole: Callable[[list[str]], Says | None] = lambda paths: None
    go: Event = field(default_factory=Event)
    held: Event = field(default_factory=Event)
    calls: list[list[str]] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def __call__(self, asked: Asked) -> Says:
        if not asked.path.endswith("$batch"):
            return self.says(asked.path.removeprefix("/v1.0"))
        parts = asked.json["requests"]
        paths = [each["url"] for each in parts]
        if "/held" in paths:
            self.held.set()
            assert self.go.wait(LONG)
        else:
            with self.lock:
                self.calls.append(sorted(paths))
        if said := self.whole(paths):
            return said
        return Says(200, {"responses": [self._part(each) for each in reversed(parts)]})

    def _part(self, part: dict[str, Any]) -> dict[str, Any]:
        says = self.says(part["url"])
        return {"id": part["id"], "status": says.status, "headers": dict(says.headers), "body": says.body}


@dataclass
class Sharing:
    server: Server
    shared: SharedBatch
    pool: ThreadPoolExecutor
    there: Loopback

    def ask(self, person: str, *requests: GraphRequest) -> Future[Replies]:
        return self.pool.submit(self.shared.ask, requests or [request(f"/users/{person}")], person)

    def two(self, one: str = "ann", other: str = "bob") -> tuple[Future[Replies], Future[Replies]]:
        """Both are answered, or have failed."""
        found = self.ask(one), self.ask(other)
        for each in found:
            each.exception(LONG)
        return found


@contextmanager
def sharing(server: Server | None = None, patience: float = LONG) -> Iterator[Sharing]:
    there = server or Server()
    with serving(there) as loopback, ThreadPoolExecutor(8) as pool:
        graph = Graph(loopback.url, Signing(), sleep=lambda seconds: None, random=lambda: 0.0)
        it = Sharing(there, SharedBatch(graph, patience), pool, loopback)
        first = it.ask("somebody", HELD)
        assert there.held.wait(LONG)
        try:
            yield it
        finally:
            there.go.set()
            first.exception(LONG)
            graph.close()


def test_two_tickets_share_a_call_and_each_gets_the_replies_to_its_own_requests() -> None:
    with sharing() as it:
        ann, bob = it.two()
        assert it.server.calls == [["/users/ann", "/users/bob"]]
    assert [each.result()["one"].body["path"] for each in (ann, bob)] == ["/users/ann", "/users/bob"]
    assert [*ann.result()] == [*bob.result()] == ["one"]


def test_two_tickets_of_one_person_never_share() -> None:
    with sharing() as it:
        anns = [it.ask("ann", request("/a")), it.ask("ann", request("/b"))]
        wait(anns, LONG, FIRST_COMPLETED)  # one waits for a neighbour, which the other can't be
        bob = it.ask("bob", request("/c"))
        answers = {each.result(LONG)["one"].body["path"] for each in (*anns, bob)}
        assert answers == {"/a", "/b", "/c"}
        assert not any({"/a", "/b"} <= {*paths} for paths in it.server.calls)
        assert sorted(len(paths) for paths in it.server.calls) == [1, 2]


def test_a_ticket_with_many_requests_is_asked_about_alone() -> None:
    with sharing() as it:
        waiting, large = it.ask("bob"), it.ask("ann", *many("/a", HALF + 1))
        assert len(large.result(LONG)) == HALF + 1
        assert [len(paths) for paths in it.server.calls] == [HALF + 1]
        small = it.ask("eve", *many("/e", HALF))
        assert len(small.result(LONG)) == HALF
        assert waiting.result(LONG)["one"].ok
        assert [len(paths) for paths in it.server.calls] == [HALF + 1, HALF + 1]


def test_while_nobody_else_is_asked_about_a_ticket_waits_for_nobody() -> None:
    with serving(Server()) as loopback:
        graph = Graph(loopback.url, Signing())
        assert SharedBatch(graph, patience=LONG).ask([request("/a")], "ann")["one"].ok


def test_a_ticket_whose_neighbour_does_not_come_is_asked_about_alone() -> None:
    with sharing(patience=0.01) as it:
        assert it.ask("ann").result(LONG)["one"].ok
        assert it.ask("bob").result(LONG)["one"].ok
        assert it.server.calls == [["/users/ann"], ["/users/bob"]]


@pytest.mark.parametrize("status", [500, 503, 504])  # 429 halves the calls at once, and one is held
def test_a_part_that_fails_is_asked_again_for_its_own_ticket_alone(status: int) -> None:
    left = [Says(status, {"error": {}})]

    def says(path: str) -> Says:
        return left.pop() if path == "/users/ann" and left else Says(200, {"path": path})

    with sharing(Server(says)) as it:
        ann, bob = it.two()
        assert it.server.calls == [["/users/ann", "/users/bob"], ["/users/ann"]]
    assert ann.result()["one"].ok and bob.result()["one"].ok


def test_a_part_that_goes_on_failing_is_down_for_its_own_ticket_alone() -> None:
    def says(path: str) -> Says:
        return Says(500, {"error": {}}) if path == "/users/ann" else Says(200, {"path": path})

    with sharing(Server(says)) as it:
        ann, bob = it.two()
    assert isinstance(ann.exception(), Down)
    assert bob.result()["one"].ok


def test_the_next_page_of_a_part_is_asked_for_by_its_own_ticket() -> None:
    server, base = Server(), list[str]()

    def says(path: str) -> Says:
        if path == "/users/ann":
            return Says(200, {"value": [1], "@odata.nextLink": f"{base[0]}/v1.0/more"})
        return Says(200, {"value": [2]})

    server.says = says
    with sharing(server) as it:
        base.append(it.there.url)
        ann, bob = it.two()
        assert it.there.routes[-1] == "GET /v1.0/more"
    assert ann.result()["one"].rows == [1, 2]
    assert bob.result()["one"].rows == [2]


def poisoned(paths: list[str]) -> Says | None:
    return Says(400, {"error": {}}) if "/users/ann" in paths else None


def test_a_call_that_fails_sinks_a_neighbour_once_and_not_twice() -> None:
    with sharing(Server(whole=poisoned)) as it:
        for each in it.two():
            assert isinstance(each.exception(), Down)
        again = it.two()
        assert isinstance(again[0].exception(), Down)
        assert again[1].result()["one"].ok
        assert it.server.calls == [["/users/ann", "/users/bob"], ["/users/ann"], ["/users/bob"]] or (
            it.server.calls == [["/users/ann", "/users/bob"], ["/users/bob"], ["/users/ann"]]
        )
        carol = it.ask("carol")
        dave = it.ask("bob")
        assert carol.result(LONG)["one"].ok and dave.result(LONG)["one"].ok  # by then it may share again
        assert it.server.calls[-1] == ["/users/bob", "/users/carol"]


def test_a_part_that_is_left_out_is_missing_for_its_own_ticket_alone() -> None:
    def whole(paths: list[str]) -> Says | None:
        if len(paths) < 2:
            return None
        number = paths.index("/users/bob")
        part = {"id": f"{number}:one", "status": 200, "body": {"path": "/users/bob"}}
        return Says(200, {"responses": [part]})

    with sharing(Server(whole=whole)) as it:
        ann, bob = it.two()
    assert ann.result()["one"].status == 0
    assert bob.result()["one"].ok


def evidence(directory: EntraDirectory, subject: str) -> Any:
    return directory.prove(Facts(Key(subject, "id"), None, {}, "digest"), ANYBODY)


def test_a_role_of_one_person_is_no_role_of_the_other_whose_evidence_came_with_it() -> None:
    tenant, server = Tenant(), Server()
    clean, theirs = tenant.about, [role("62e90394-69f5-4237-9190-012177145e10")]
    tenant.about = lambda person, what, body: (  # type: ignore[method-assign]
        Says(200, {"value": theirs})
        if what == "transitiveMemberOf" and person["id"] == BOB
        else clean(person, what, body)
    )

    def answer(asked: Asked) -> Says:
        return server(asked) if b"/held" in asked.body else tenant(asked)

    with serving(answer) as loopback, ThreadPoolExecutor(3) as pool:
        graph = Graph(loopback.url, Signing())
        shared = SharedBatch(graph, LONG)
        directory = EntraDirectory(graph, NoPaths(), shared=shared)
        directory.prove(
            Facts(Key(ANN, "id"), None, {}, "digest"), ANYBODY
        )  # policy and domains are known then
        held = pool.submit(shared.ask, [HELD], EVE)
        assert server.held.wait(LONG)
        before = len(tenant.batches)
        found = pool.submit(evidence, directory, ANN), pool.submit(evidence, directory, BOB)
        ann, bob = (each.result(LONG) for each in found)
        server.go.set()
        held.result(LONG)
    assert len(tenant.batches) == before + 1
    assert isinstance(ann, Evidence) and isinstance(bob, Evidence)
    assert (ann.subject.id, bob.subject.id) == (ANN, BOB)
    assert ann.roles == () and len(bob.roles) == 1  # type: ignore[arg-type]
