"""Nobody forbidden gets a pass: every path, every role, every evidence call, and any two of them at once.

The tables run in this process, against the simulator's own function. A sample of them runs over HTTP.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import combinations, product
from random import Random
from uuid import UUID

import pytest

from connector.domain.outcome import No, NotYet
from connector.domain.reasons import Reason
from connector.entra.directory import EntraDirectory
from connector.entra.graph import Graph, GraphReply
from connector.entra.map_reading import MapReader
from connector.entra.privilege_map import TenantMap
from connector.guards import GUARDS, Case
from connector.guards.evaluation import GuardResult, worst
from connector.guards.evidence import Evidence, Missing, Wanted
from connector.guards.paths import PrivilegeMap
from connector.mapping import Facts, Key
from connector.mapping.keys.floor import Floor
from connector.simulators import Served
from connector.simulators.graph.switches import Switches
from tests.entra.forbidden import ANN, PATHS, PRIVILEGED_ROLES, World, empty, privileged, worlds
from tests.entra.in_process import LESS, MODES, InProcess
from tests.entra.mapped import SignedIn
from tests.guards.test_guards import MAPPING
from tests.searching import SEARCH, searched

Spoil = Mapping[str, str]
NOTHING: Spoil = {}
FORBIDDEN = {Reason.SUBJECT_PRIVILEGED, Reason.SUBJECT_PROTECTED}
SEEN = {"subject", "policy", "memberships", "assignments", "eligibilities", "group-eligibilities", "owned"}
SEEN |= {"passes", "manager"}
# Needed only where what somebody owns is refused to applications, so that the map decides alone
SECOND = {"active", "granted", "group-owners", "direct-members", "owners-again", "owners-again of"}
SECOND_READS = {f"map: {each}" for each in SECOND}
STANDS = {
    "forbidden": {"owned"},  # the map decides
    # A group without its flag is asked for, and these hold nothing but ids
    "partial": {"owned", "map: members", "map: owners", "map: owners of", "map: application"},
}


class Bench:
    """One world, asked again and again: answers and maps are kept."""

    def __init__(self, world: World) -> None:
        self.world, self.kept = world, dict[str, GraphReply]()
        self.maps: dict[tuple[tuple[str, str], ...], TenantMap] = {}
        self.known: dict[object, Reason | None] = {}
        self.asked, self.asked_by_map = set[str](), set[str]()

    def map(self, spoil: Spoil) -> TenantMap:
        key = tuple(sorted(spoil.items()))
        if key not in self.maps:
            it = InProcess(self.world.graph, spoil, self.asked_by_map, kept=self.kept)
            protected = frozenset({self.world.protected} - {""})
            known = TenantMap(MapReader(it.as_graph, protected, monotonic=lambda: 0.0), lambda: 0.0)
            known.refresh()
            self.maps[key] = known
        return self.maps[key]

    def verdict(self, fresh: Spoil = NOTHING, mapped: Spoil = NOTHING) -> Reason | None:
        """The reason of a no; None: a pass. All maps that are Missing are one."""
        known = self.map(mapped)
        key = (*sorted(fresh.items()), None if known.lacks() else known)
        if key not in self.known:
            it = InProcess(self.world.graph, fresh, self.asked, kept=self.kept)
            self.known[key] = judged(self.world, it.as_graph, known)
        return self.known[key]

    def both(self, *spoils: tuple[str, str]) -> Reason | None:
        """The same, with each read named as in `reads`."""
        fresh = {name: mode for name, mode in spoils if not name.startswith("map: ")}
        mapped = {name.removeprefix("map: "): mode for name, mode in spoils if name.startswith("map: ")}
        return self.verdict(fresh, mapped)

    def reads(self) -> list[str]:
        """Every read that this world's evidence rests on."""
        self.verdict()
        return [*sorted(self.asked), *(f"map: {each}" for each in sorted(self.asked_by_map))]


def judged(world: World, graph: Graph, known: PrivilegeMap) -> Reason | None:
    facts = Facts(Key(ANN), Key(ANN), {}, "digest")
    found = EntraDirectory(graph, known, monotonic=lambda: 0.0).prove(facts, Wanted())
    if isinstance(found, No | NotYet):
        return found.reason
    assert isinstance(found, Evidence)
    floor = Floor(protected_groups=(world.protected,) if world.protected else ())
    case = Case(MAPPING, floor, found, facts=facts)
    said = worst([GuardResult("", each.check(case)) for each in GUARDS])
    return said.reason if said else None


def signed(world: World) -> SignedIn:
    return SignedIn(lambda: world.graph.tokens.issue().text)


@cache
def benches(nested: bool = False) -> tuple[Bench, ...]:
    switches = Switches(nested_eligibility=nested)
    return tuple(Bench(each) for each in worlds(switches))


EACH = pytest.mark.parametrize("bench", benches(), ids=lambda bench: bench.world.name)
STANDS_FOR_ALL = "protected_through_a_group"  # of a path, everything is read that may fail
PAIRS = pytest.mark.parametrize(
    "bench",
    searched(benches(), next(each for each in benches() if each.world.name == STANDS_FOR_ALL)),
    ids=lambda bench: bench.world.name,
)


def test_the_table_names_every_read() -> None:
    plain = Bench(empty("plain"))
    assert set(plain.reads()) >= SEEN
    owner = next(each for each in benches() if each.world.name == "owns_a_service_principal")
    assert {"grants", "places", "held", "map: principal", "map: owners"} & set(owner.reads())


def test_who_is_on_no_path_gets_a_pass() -> None:
    """Else the rest of this table would prove nothing."""
    plain = empty("plain")
    tenant = plain.graph.tenant
    tenant.add_group("Choir", members=[plain.ann], owners=[plain.ann])
    tenant.make_group_eligible(plain.ann, tenant.add_group("Chess"), access="owner")
    harmless = tenant.applications.add("Robot", owners=[plain.ann], principal_owners=[plain.ann])
    tenant.applications.grant(harmless, "User.Read.All")
    tenant.add_unit("Branch", members=[plain.ann])
    other = tenant.add_user("bob@contoso.com")
    tenant.make_group_eligible(other, tenant.add_group("Admins", assignable=True, owners=[other]))
    bench = Bench(plain)
    assert {"owned", "group-eligibilities", "grants"} < set(bench.reads())
    assert bench.verdict() is None


@SEARCH
@pytest.mark.parametrize("make", PATHS, ids=lambda make: make.__name__)
def test_every_role_but_six_is_refused_on_every_path(make: object) -> None:
    lot = Random(20261130)
    custom = [str(UUID(int=lot.getrandbits(128), version=4)) for _ in range(5)]
    roles = [*PRIVILEGED_ROLES, *custom]
    assert len(roles) > 9
    for role in roles:
        assert Bench(privileged(make, role)).verdict() is Reason.SUBJECT_PRIVILEGED  # type: ignore[arg-type]


@EACH
def test_each_is_refused_whatever_is_not_known_for_sure(bench: Bench) -> None:
    """Both ways where the documentation leaves open how Graph answers."""
    name = bench.world.name
    for switches in (
        Switches(nested_eligibility=True),
        Switches(expands_group=False),
        Switches(refuses_group=True),
        Switches(owned="forbidden"),
        Switches(owned="unsupported"),
        Switches(assignable_filter_is_advanced=True),
        Switches(principal_expands="absent"),
    ):
        same = next(each for each in worlds(switches) if each.name == name)
        assert Bench(same).verdict() in FORBIDDEN, switches


@EACH
def test_a_read_that_shows_less_than_the_truth_is_made_good_by_another(bench: Bench) -> None:
    assert {each for each in bench.reads() if bench.both((each, LESS)) is None} == set()


def spoils(reads: list[str]) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    """Any two reads, each failing in any way; two of the map's in the same one, since one is enough there."""
    for one, other in combinations(reads, 2):
        maps = one.startswith("map: ") and other.startswith("map: ")
        ways = zip(MODES, MODES, strict=True) if maps else product(MODES, MODES)
        yield from (((one, how), (other, too)) for how, too in ways)


@SEARCH
@PAIRS
def test_any_two_reads_may_fail(bench: Bench) -> None:
    tried = list(spoils(bench.reads()))
    assert len(tried) > 1000
    assert [each for each in tried if bench.both(*each) is None] == []


@SEARCH
@PAIRS
def test_one_read_may_show_less_beside_any_one_that_fails(bench: Bench) -> None:
    reads = bench.reads()
    tried = [
        ((less, LESS), (fails, how)) for less in reads for fails in reads for how in MODES if less != fails
    ]
    assert len(tried) > 500
    assert {each for each in tried if not bench.both(*each)} == set()


@pytest.mark.parametrize("mode", MODES)
def test_of_an_ordinary_person_every_read_that_fails_makes_the_ticket_wait(mode: str) -> None:
    world = empty("plain")
    tenant = world.graph.tenant
    tenant.add_group("Choir", members=[world.ann], owners=[world.ann])
    tenant.make_group_eligible(world.ann, tenant.add_group("Chess"))
    tenant.assign(world.ann, "Directory Readers")
    tenant.make_eligible(world.ann, "Reports Reader")
    bob, robot = tenant.add_user("bob@contoso.com"), tenant.applications.add("Robot")
    tenant.add_group("Admins", assignable=True, members=[bob], owners=[bob])
    tenant.make_group_eligible(bob, tenant.add_group("Owners", assignable=True))
    tenant.applications.grant(robot, "UserAuthenticationMethod.ReadWrite.All")
    world.graph.make_pass(ANN)
    bench = Bench(world)
    assert bench.verdict() is Reason.PASS_STANDING
    reads = [each for each in bench.reads() if each != "manager"]  # who asks for themselves needs none
    assert len(reads) > 10
    passed = {each for each in reads if bench.both((each, mode)) is Reason.PASS_STANDING}
    assert passed == STANDS.get(mode, set()) | SECOND_READS
    assert all(bench.both((each, mode)) is not None for each in reads)
    if mode != "partial":  # some of them hold nothing but ids
        alone = {each: bench.both((each, mode), ("owned", "forbidden")) for each in SECOND_READS}
        assert set(alone.values()) == {Reason.EVIDENCE_MISSING}


def test_a_map_that_is_missing_makes_everybody_wait() -> None:
    bench = Bench(empty("plain"))
    for read in sorted({each for each in bench.reads() if each.startswith("map: ")}):
        for mode in MODES:
            known = bench.map({read.removeprefix("map: "): mode})
            if isinstance(known.decides("x"), Missing):
                assert bench.both((read, mode)) is Reason.EVIDENCE_MISSING


@pytest.mark.parametrize(
    ("page_size", "empty_page"), searched([(1, True), (1, False), (100, True), (100, False)], (1, True))
)
def test_over_http_each_is_refused_and_an_ordinary_person_is_not(page_size: int, empty_page: bool) -> None:
    switches = Switches(page_size=page_size, empty_page=empty_page)
    said = {}
    for world in [empty("plain", switches), *worlds(switches)]:
        with Served(world.graph) as served:
            graph = Graph(served.url, signed(world), sleep=lambda _: None)
            known = TenantMap(MapReader(graph, frozenset({world.protected} - {""})))
            known.refresh()
            said[world.name] = judged(world, graph, known)
            graph.close()
    assert said.pop("plain") is None
    assert said
    assert set(said.values()) <= FORBIDDEN
