"""Bugs about what the directory doesn't say of a person."""

from __future__ import annotations

from connector.entra import people
from tests.simulation.draw import LINKS
from tests.simulation.mutants import Put, mutant


@mutant("who has no userType counts as a member", LINKS)
def old_guests_pass(put: Put) -> None:
    put(people, "external", lambda row, upn, domains: row.get("userType") not in (None, "Member"))


@mutant("who has no userType counts as a guest", LINKS)
def old_accounts_are_guests(put: Put) -> None:
    put(people, "external", lambda row, upn, domains: row.get("userType") != "Member")
