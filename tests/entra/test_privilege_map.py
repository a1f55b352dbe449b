"""The privilege map shows nothing that it doesn't know whole and fresh, and never gets in anybody's way."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import cycle, product
from threading import Event, Thread

import pytest
from structlog.testing import capture_logs

from connector.domain.errors import Down
from connector.entra.privilege_chart import Chart
from connector.entra.privilege_map import TenantMap
from connector.guards.evidence import Known, Missing
from connector.simulators.faults import ALWAYS, Fault, answer, drop_before, failure, when
from connector.simulators.graph import Switches
from connector.simulators.messages import Response
from tests.entra.mapped import Mapped, found, mapped, why
from tests.entra.tenant import Time
from tests.searching import searched

PARTS = {  # a piece of its route: (a word of the part's name, the permission)
    "roleAssignments$": ("role assignments", "RoleManagement.Read.Directory"),
    "roleEligibilityScheduleInstances$": ("eligible roles", "RoleEligibilitySchedule.Read.Directory"),
    "v1.0/groups$": ("groups that may carry roles", "GroupMember.Read.All"),
    "appRoleAssignedTo$": ("grants of applications", "Application.Read.All"),
    "000000000000'\\)$": ("permissions of Graph", "Application.Read.All"),
    "groups/[^/]+/owners$": ("owners of the groups", "GroupMember.Read.All"),
    "groups/[^/]+/transitiveMembers$": ("members of the groups", "GroupMember.Read.All"),
    "group/eligibilityScheduleInstances$": (
        "eligible members and owners",
        "PrivilegedEligibilitySchedule.Read.AzureADGroup",
    ),
    "servicePrincipals/[^/(]+$": ("owners of privileged applications", "Application.Read.All"),
    "servicePrincipals/[^/]+/owners$": ("owners of privileged applications", "Application.Read.All"),
    "applications[^/]+/owners$": ("owners of privileged applications", "Application.Read.All"),
}
TROUBLES: dict[str, Fault] = {
    "forbidden": answer(Response.json(403, {"error": {"code": "UnknownError"}})),
    "an error in a 200": answer(Response.json(200, {"error": {"code": "x"}})),
    "a row without anything": answer(Response.json(200, {"value": [{}]})),
    "a next page that leads nowhere": answer(
        Response.json(200, {"value": [], "@odata.nextLink": "https://graph.example.org/v1.0/x"})
    ),
    "no reply": drop_before,
    "an outage": failure(500),
    "not found": answer(Response.json(404, {"error": {"code": "Request_ResourceNotFound"}})),
}


@pytest.fixture
def it() -> Iterator[Mapped]:
    with mapped() as one:
        furnish(one)
        yield one


def furnish(it: Mapped) -> None:
    """Something of each kind, so that each part is asked for."""
    group = it.tenant.add_group("Admins", assignable=True, members=[it.ann])
    robot = it.applications.add("Robot", owners=[it.ann], principal_owners=[it.ann])
    it.applications.grant(robot, "Application.ReadWrite.All")
    it.tenant.assign(it.ann, "User Administrator")
    it.tenant.make_eligible(it.ann, "User Administrator")
    it.tenant.make_group_eligible(it.ann, group)


EACH = [*product(PARTS, TROUBLES)]
EACH_ONCE = [*zip(PARTS, cycle(TROUBLES), strict=False)]  # every part with a trouble, and every trouble


def test_a_map_on_demand_is_read_once_and_before_anybody_is_asked_about(it: Mapped) -> None:
    rounds = list[float]()

    class Rounds:
        def read(self) -> Known[Chart]:
            rounds.append(it.time())
            return GOOD

    read = TenantMap(Rounds(), it.time)
    read.asked()
    assert rounds == []  # elsewhere it is read in the background
    read.on_demand()
    assert rounds == []
    threads = [Thread(target=read.asked) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(rounds) == 1
    assert read.lacks() is None


@pytest.mark.parametrize(("part", "trouble"), searched(EACH, *EACH_ONCE))
def test_a_part_that_cannot_be_read_leaves_no_map_at_all(it: Mapped, part: str, trouble: str) -> None:
    assert found(it.map().paths(it.ann, ()))
    it.there.parts.add(when("GET", part, times=ALWAYS), TROUBLES[trouble])
    read = it.map()
    if (trouble, part) == ("not found", "servicePrincipals/[^/(]+$"):
        assert found(read.paths(it.ann, ()))  # it is gone: nobody can act as it
        return
    assert isinstance(read.paths(it.ann, ()), Missing)
    assert isinstance(read.decides("x"), Missing)


@pytest.mark.parametrize("part", PARTS)
def test_what_is_lacking_is_named_by_its_part_and_permission(it: Mapped, part: str) -> None:
    words, permission = PARTS[part]
    it.there.parts.add(when("GET", part, times=ALWAYS), TROUBLES["forbidden"])
    told = why(it.map().paths(it.ann, ()))
    assert words in told
    assert f"the application permission {permission} is missing" in told


@pytest.mark.parametrize("permission", sorted({permission for _, permission in PARTS.values()}))
def test_without_a_permission_there_is_no_map_and_every_part_of_it_is_named(
    it: Mapped, permission: str
) -> None:
    lacking = [permission]
    if permission == "RoleManagement.Read.Directory":
        lacking.append("RoleEligibilitySchedule.Read.Directory")  # which it opens, too
    if permission == "RoleEligibilitySchedule.Read.Directory":
        lacking.append("RoleManagement.Read.Directory")
    it.may_only(*lacking)
    told = why(it.map().paths(it.ann, ()))
    assert permission in told


def test_a_tenant_without_pim_has_a_map_only_where_the_operator_says_that_it_has_none(it: Mapped) -> None:
    it.there.switches = Switches(pim_licensed=False)
    assert "entra.pim: absent" in why(it.map().paths(it.ann, ()))
    assert found(it.map(pim_absent=True).paths(it.ann, ()))


def test_another_400_is_no_missing_licence(it: Mapped) -> None:
    refused = answer(Response.json(400, {"error": {"code": "PimLicenseRequired"}}))
    it.there.parts.add(when("GET", "group/eligibilityScheduleInstances", times=ALWAYS), refused)
    assert "PimLicenseRequired" in why(it.map(pim_absent=True).paths(it.ann, ()))


def test_a_filter_that_must_be_an_advanced_query_is_sent_as_one_and_is_remembered(it: Mapped) -> None:
    plain, reader = it.chart(), it.reader()
    it.there.switches = Switches(assignable_filter_is_advanced=True)
    costs = list[int]()
    for _ in range(2):
        before = len(it.calls)
        assert reader.read() == plain
        costs.append(len(it.calls) - before)
    assert costs == [costs[1] + 1, costs[1]]


def test_all_pages_are_read(it: Mapped) -> None:
    group = next(iter(it.tenant.groups.values()))
    others = [it.tenant.add_user(f"u{n}@contoso.com") for n in range(7)]
    group.members.update(others)
    it.there.switches = Switches(page_size=2, empty_page=True)
    read = it.map()
    assert [len(found(read.paths(each, ()))) for each in others] == [1] * 7


def test_a_tenant_with_twenty_such_groups_costs_about_ten_calls_a_round(it: Mapped) -> None:
    for number in range(19):
        group = it.tenant.add_group(f"Admins {number}", assignable=True, members=[it.ann], owners=[it.ann])
        it.tenant.make_group_eligible(it.ann, group)
    for number in range(11):
        robot = it.applications.add(f"Robot {number}", owners=[it.ann])
        it.applications.grant(robot, "Mail.Send")
    reader = it.reader()
    reader.read()
    it.calls.clear()
    assert isinstance(reader.read(), Chart)
    assert len(it.calls) <= 10, [each.route for each in it.calls]


def test_a_map_is_good_for_five_minutes_from_the_beginning_of_its_reading(it: Mapped) -> None:
    read = it.map()
    it.time.now += 299
    assert found(read.paths(it.ann, ()))
    it.time.now += 1
    assert "privilege map" in why(read.paths(it.ann, ()))
    assert isinstance(read.decides("x"), Missing)


@dataclass
class Script:
    """Rounds that take as long, and end as, a test says."""

    time: Time
    found: Known[Chart] | Exception
    takes: float = 0.0
    rounds: int = 0

    def read(self) -> Known[Chart]:
        self.rounds += 1
        self.time.now += self.takes
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


GOOD = Chart(roles={"ann": frozenset({"role"})})


def test_the_time_that_the_reading_took_counts_as_age() -> None:
    time = Time()
    kept = TenantMap(Script(time, GOOD, takes=50), time)
    kept.refresh()
    time.now += 249
    assert found(kept.paths("ann", ()))
    time.now += 1
    assert isinstance(kept.paths("ann", ()), Missing)


FAILURES: Collection[Known[Chart] | Exception] = (
    Missing("the eligible roles can't be read: the application permission X.Read.All is missing"),
    Down("entra", "it answers 500"),
    RuntimeError("a secret"),
)


@pytest.mark.parametrize("failure", FAILURES)
def test_a_round_that_fails_throws_nothing_and_keeps_the_old_map_until_that_is_too_old(
    failure: Known[Chart] | Exception,
) -> None:
    time = Time()
    script = Script(time, GOOD)
    kept = TenantMap(script, time)
    kept.refresh()
    script.found = failure
    time.now += 200
    kept.refresh()
    assert found(kept.paths("ann", ()))
    time.now += 100
    told = why(kept.paths("ann", ()))
    assert "privilege map" in told
    assert "a secret" not in told
    script.found = GOOD
    kept.refresh()
    assert found(kept.paths("ann", ()))


def test_a_map_that_was_never_read_says_so() -> None:
    assert "has not been read yet" in why(TenantMap(Script(Time(), GOOD), Time()).paths("ann", ()))


def test_the_log_has_a_line_when_the_map_is_lost_and_one_when_it_is_back() -> None:
    time = Time()
    script = Script(time, GOOD)
    kept = TenantMap(script, time)
    with capture_logs() as log:
        for _ in range(3):
            kept.refresh()
        script.found = FAILURES[0]  # type: ignore[index]
        for _ in range(9):
            time.now += 60
            kept.refresh()
        script.found = GOOD
        for _ in range(3):
            kept.refresh()
    lines = [(each["event"], each.get("down_s"), each.get("detail", "")) for each in log]
    assert [name for name, *_ in lines] == ["privilege_map_lost", "privilege_map_back"]
    assert "X.Read.All" in lines[0][2]
    assert lines[1][1] == 240


def test_a_second_thread_does_not_read_while_one_does() -> None:
    time, begun, go = Time(), Event(), Event()

    class Slow(Script):
        def read(self) -> Known[Chart]:
            begun.set()
            assert go.wait(10)
            return super().read()

    script = Slow(time, GOOD)
    kept = TenantMap(script, time)
    thread = Thread(target=kept.refresh)
    thread.start()
    assert begun.wait(10)
    kept.refresh()  # returns at once
    assert "has not been read yet" in why(kept.paths("ann", ()))
    go.set()
    thread.join()
    assert script.rounds == 1
    assert found(kept.paths("ann", ()))


def test_a_round_that_takes_too_long_asks_nothing_more(it: Mapped) -> None:
    fine = len(it.calls)
    it.map()
    whole = len(it.calls) - fine
    slow = answer(Response.json(200, {"value": []}))

    def late(handle: object) -> Response | None:
        it.time.now += 61
        return slow(lambda: Response(200))

    it.there.parts.add(when("GET", "roleAssignments", times=ALWAYS), late)
    it.calls.clear()
    assert "took too long" in why(it.map().paths(it.ann, ()))
    assert len(it.calls) < whole
