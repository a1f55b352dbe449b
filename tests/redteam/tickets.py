"""Hostile deeds at the desk: who asks, and what happens to a ticket that had its pass."""

from __future__ import annotations

from tests.redteam.cases import DELIVERED, Case, Play, twin
from tests.redteam.desks import AtCompany
from tests.redteam.stage import Stage

NOT_ALLOWED = "requester_not_allowed"


# Who asks


def stranger(stage: Stage) -> str:
    return stage.ask(stage.member(), stage.member())


def namesake(stage: Stage) -> str:
    """Called as the person's manager is."""
    who, boss = stage.managed()
    return stage.ask(
        who,
        stage.member(displayName=stage.house.graph.tenant.users[stage.id(boss)].properties["displayName"]),
    )


def others_manager(stage: Stage) -> str:
    _, boss = stage.managed()
    return stage.ask(stage.managed()[0], boss)


def outsider(stage: Stage) -> str:
    """A card at the desk whose address nobody in the directory has."""
    who, attacker = stage.member(), stage.member()
    stage.tenant.users[stage.id(attacker)].properties |= {
        "mail": "eve@example.org",
        "userPrincipalName": "eve@example.org",
    }
    return stage.ask(who, attacker)


def nobody(stage: Stage) -> str:
    """Without a person behind it: TOPdesk lets callers type the address of somebody."""
    who = stage.member()
    return stage.ask(who, "" if isinstance(stage, AtCompany) else stage.upn(who))


def two_of_one_address(stage: Stage) -> str:
    """The attacker's account has the manager's mail address, too."""
    who, boss = stage.managed()
    stage.member(mail=f"{boss}@contoso.com")
    return stage.ask(who, boss)


def by_the_manager(stage: Stage) -> str:
    return stage.ask(*stage.managed())


# Managers in a circle


def circle(length: int, asks: int) -> Play:
    """So many people, each the next one's manager; the one at `asks` asks for the first."""

    def play(stage: Stage) -> str:
        ring = [stage.member() for _ in range(length)]
        for below, above in zip(ring, ring[1:] + ring[:1], strict=True):
            stage.house.manage(below, above)
        outside = stage.member()
        return stage.ask(ring[0], [*ring, outside][asks], "chain")

    return play


def ladder(stage: Stage) -> str:
    """The manager's manager asks."""
    who, boss = stage.managed()
    top = stage.member()
    stage.house.manage(boss, top)
    return stage.ask(who, top, "chain")


# A ticket that had its pass


def plain(stage: Stage) -> str:
    return stage.ask(stage.member())


def close(stage: Stage, ticket: str) -> None:
    stage.edit(ticket, state="7" if isinstance(stage, AtCompany) else "Completed")


def reopen(stage: Stage, ticket: str) -> None:
    stage.back(ticket)


def into_another_queue(stage: Stage, ticket: str) -> None:
    stage.edit(ticket, queue="mailed")


def out(stage: Stage, ticket: str) -> None:
    stage.edit(ticket, queue="other")


def in_again(stage: Stage, ticket: str) -> None:
    stage.edit(ticket, queue="typed")
    stage.back(ticket)


def for_another(stage: Stage, ticket: str) -> None:
    other = stage.member()
    stage.edit(ticket, subject=other, asks=other)


def revoked(stage: Stage, ticket: str) -> None:
    stage.house.run("revoke", stage.desk, stage.house.number(ticket))


def a_new_one(stage: Stage, ticket: str) -> str:
    """Another ticket, by somebody else."""
    close(stage, ticket)
    return plain(stage)


SPOOFED, LOOP, REOPENED = "spoofed requester", "manager loop", "re-open"
CASES = [
    Case(SPOOFED, "a stranger", stranger, NOT_ALLOWED),
    Case(SPOOFED, "a namesake of the manager", namesake, NOT_ALLOWED),
    Case(SPOOFED, "the manager of somebody else", others_manager, NOT_ALLOWED),
    Case(SPOOFED, "an address of elsewhere", outsider, "requester_not_found"),
    Case(SPOOFED, "nobody behind the ticket", nobody, "requester_missing"),
    Case(SPOOFED, "an address that two accounts have", two_of_one_address, "requester_not_found"),
    Case(LOOP, "two who manage each other, and a third asks", circle(2, 2), NOT_ALLOWED),
    Case(LOOP, "a circle of three, and one of them asks", circle(3, 2), NOT_ALLOWED),
    Case(LOOP, "somebody who manages themselves, and another asks", circle(1, 1), NOT_ALLOWED),
    Case(LOOP, "a circle longer than the mapping looks", circle(6, 5), NOT_ALLOWED),
    Case(REOPENED, "closed, and opened again", plain, DELIVERED, (close, reopen), passes=1),
    Case(REOPENED, "out of the queue, and back", plain, DELIVERED, (out, in_again), passes=1),
    Case(REOPENED, "about somebody else", plain, DELIVERED, (for_another, reopen), passes=1),
    Case(REOPENED, "into another queue", plain, DELIVERED, (into_another_queue,), passes=1),
    Case(REOPENED, "after a person revoked its pass", plain, DELIVERED, (revoked, reopen), passes=1),
]
TWINS = [
    twin(SPOOFED, "the manager", by_the_manager),
    twin(LOOP, "the manager's manager", ladder),
    twin(REOPENED, "a new ticket", plain, a_new_one, passes=2),
]
