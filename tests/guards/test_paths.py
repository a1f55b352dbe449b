"""Each path to privilege refuses, whichever read found it; a read that may have missed one waits."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from connector.guards.evidence import FoundPaths, Group, Missing, Role
from connector.guards.paths import Path, PathKind
from connector.guards.person import HARMLESS, PRIVILEGED_BY, PROTECTED_BY
from tests.guards.test_guards import ANN, BOARD, GAP, GOOD, verdict

READS = ("owned", "eligible_groups", "mapped")
ADMIN = "62e90394-69f5-4237-9190-012177145e10"
GROUPS = tuple(PROTECTED_BY)


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize("kind", PathKind)
def test_every_path_refuses_whichever_read_found_it(read: str, kind: PathKind) -> None:
    found: dict[str, Any] = {read: FoundPaths((Path(kind, ADMIN),))}
    assert verdict(replace(GOOD, **found)) == "subject_privileged"


def test_every_kind_of_path_has_words() -> None:
    assert set(PRIVILEGED_BY) == set(PathKind)
    assert {kind for kind in PathKind if kind in PROTECTED_BY} == {
        PathKind.MEMBER,
        PathKind.OWNER,
        PathKind.ELIGIBLE_MEMBER,
        PathKind.ELIGIBLE_OWNER,
    }


@pytest.mark.parametrize("read", READS)
def test_a_path_refuses_even_where_the_same_read_has_a_gap(read: str) -> None:
    found: dict[str, Any] = {read: FoundPaths((Path(PathKind.OWNER, "g1"),), GAP)}
    assert verdict(replace(GOOD, **found)) == "subject_privileged"
    found = {read: FoundPaths(gap=GAP)}
    assert verdict(replace(GOOD, **found)) == "evidence_missing"


def test_the_map_refuses_what_fresh_reads_call_harmless() -> None:
    fresh = replace(GOOD, groups=(Group("g1", "Admins", role_assignable=False),))
    assert verdict(fresh) is None
    assert verdict(replace(fresh, mapped=FoundPaths((Path(PathKind.MEMBER, "g1"),)))) == "subject_privileged"
    owned = FoundPaths((Path(PathKind.OWNER, "g1", privileged=False),))
    both = replace(GOOD, owned=owned, mapped=FoundPaths((Path(PathKind.OWNER, "g1"),)))
    assert verdict(both) == "subject_privileged"
    assert verdict(replace(GOOD, owned=owned)) is None


def test_harmless_roles_are_harmless_in_the_map_too() -> None:
    paths = [
        Path(kind, each.upper()) for each in HARMLESS for kind in (PathKind.ROLE, PathKind.ELIGIBLE_ROLE)
    ]
    assert paths
    assert verdict(replace(GOOD, mapped=FoundPaths(tuple(paths)))) is None
    group = FoundPaths((Path(PathKind.MEMBER, next(iter(HARMLESS))),))
    assert verdict(replace(GOOD, mapped=group)) == "subject_privileged"


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize("kind", GROUPS)
def test_a_protected_group_protects_its_owners_and_who_may_join_it(read: str, kind: PathKind) -> None:
    found: dict[str, Any] = {read: FoundPaths((Path(kind, BOARD.upper(), privileged=False),))}
    assert verdict(replace(GOOD, **found), protected=(BOARD,)) == "subject_protected"
    assert verdict(replace(GOOD, **found)) is None


@pytest.mark.parametrize("read", READS)
def test_a_gap_may_hide_a_protected_group(read: str) -> None:
    found: dict[str, Any] = {read: FoundPaths(gap=GAP)}
    assert verdict(replace(GOOD, **found), protected=(BOARD,)) == "evidence_missing"


def test_a_restricted_person_is_protected_and_an_unknown_one_waits() -> None:
    assert verdict(replace(GOOD, restricted=True)) == "subject_protected"
    assert verdict(replace(GOOD, restricted=GAP)) == "evidence_missing"


def test_evidence_that_was_never_read_is_a_gap() -> None:
    plain = replace(GOOD, owned=FoundPaths(gap=Missing("not read")))
    assert verdict(plain) == "evidence_missing"
    assert isinstance(ANN.restricted, Missing)


def test_a_role_and_a_membership_are_still_paths_of_their_own() -> None:
    assert verdict(replace(GOOD, roles=(Role(ADMIN),), owned=FoundPaths(gap=GAP))) == "subject_privileged"
