"""Bugs about who is meant: what the directory doesn't say of a person, and texts that name two."""

from __future__ import annotations

from connector.entra import people
from connector.mapping.steps.extract import Extract
from tests.simulation.draw import LINKS
from tests.simulation.mutants import Put, mutant


@mutant("who has no userType counts as a member", LINKS)
def old_guests_pass(put: Put) -> None:
    put(people, "external", lambda row, upn, domains: row.get("userType") not in (None, "Member"))


@mutant("who has no userType counts as a guest", LINKS)
def old_accounts_are_guests(put: Put) -> None:
    put(people, "external", lambda row, upn, domains: row.get("userType") != "Member")


@mutant("of several matches the first is taken", LINKS)
def first_match_taken(put: Put) -> None:
    put(Extract, "apply", lambda self, text: self._found(text)[0])
