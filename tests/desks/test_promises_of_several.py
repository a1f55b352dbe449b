"""What every desk promises of a handful of tickets that are read at once (roles.DeskReads.read_some)."""

from __future__ import annotations

import pytest

from connector.domain.errors import Down
from connector.lifecycle.roles import TicketWrite
from connector.simulators.faults import ALWAYS, answer, when
from tests.desks.promises import NO_ANSWER, marker, note
from tests.desks.site import Site


def test_each_of_several_is_what_a_read_shows_of_it(site: Site) -> None:
    made = [site.ticket(), site.ticket(anonymous=True), site.ticket(), site.stray()]
    site.close(made[0])
    site.desk.write(made[2], TicketWrite(note(), marker(site)))
    alone = {each: site.desk.read(each) for each in made}
    assert not site.read(made[0]).open
    assert site.desk.read_some(made) == (alone if site.reads_several else {})


def test_several_are_what_reads_show_where_addresses_may_not_be_read(site: Site) -> None:
    made = [site.ticket() for _ in range(3)]
    assert all(site.email in each.fields for each in site.desk.read_some(made).values())
    site.hide_emails()
    list(site.desk.poll())
    alone = {each: site.desk.read(each) for each in made}
    assert site.desk.read_some(made) == (alone if site.reads_several else {})
    assert not any(site.email in each.fields for each in alone.values() if each)


def test_a_handful_costs_fewer_requests_than_its_tickets_alone(site: Site) -> None:
    made = [site.ticket() for _ in range(8)]
    list(site.desk.poll())
    before = len(site.line.heard)
    for each in made:
        site.read(each)
    alone, before = len(site.line.heard) - before, len(site.line.heard)
    found = site.desk.read_some(made)
    assert len(found) == (8 if site.reads_several else 0)
    assert len(site.line.heard) - before <= 2 < alone


def test_of_many_each_is_asked_for_once_in_handfuls_of_twenty(site: Site) -> None:
    made = [site.ticket() for _ in range(43)]
    list(site.desk.poll())
    before = len(site.line.heard)
    found = site.desk.read_some([*made, *made])
    assert sorted(found) == (sorted(made) if site.reads_several else [])
    assert len(site.line.heard) - before <= 3 + 1


def test_a_ticket_that_is_gone_is_not_among_several_and_keeps_no_other_back(site: Site) -> None:
    made, gone = site.ticket(), site.ticket()
    assert {*site.desk.read_some([made, gone])} == ({made, gone} if site.reads_several else set())
    site.remove(gone)
    assert site.desk.read(gone) is None
    assert {*site.desk.read_some([gone, made])} == ({made} if site.reads_several else set())


def test_no_ticket_comes_that_was_not_asked_for_where_the_server_drops_the_query(site: Site) -> None:
    others = [site.ticket(), site.stray(), site.ticket()]
    asked = [site.ticket(), site.ticket()]
    assert {*site.desk.read_some(asked)} == ({*asked} if site.reads_several else set())
    site.drops_ids()
    found = site.desk.read_some(asked)
    assert {*found} <= {*asked} and not {*found} & {*others}
    assert {key: site.desk.read(key) for key in found} == found


def test_what_is_no_id_reaches_no_query_and_keeps_no_other_back(site: Site) -> None:
    made = site.ticket()
    assert site.desk.read_some([]) == site.desk.read_some(["", "..", f"{made}^ORactive=true"]) == {}
    assert site.line.heard == []
    assert {*site.desk.read_some([f"{made},x", made, "x)"])} == ({made} if site.reads_several else set())


@pytest.mark.parametrize("fault", NO_ANSWER)
def test_a_desk_that_gives_no_sense_of_several_is_down(site: Site, fault: object) -> None:
    made = [site.ticket(), site.ticket()]
    assert len(site.desk.read_some(made)) == (2 if site.reads_several else 0)
    site.line.faults.add(when("*", "", times=ALWAYS), fault)  # type: ignore[arg-type]  # a fault of any kind
    if site.reads_several:
        with pytest.raises(Down) as down:
            site.desk.read_some(made)
        assert down.value.service == "contoso"
    assert site.writes == []


def test_a_desk_that_forbids_the_list_is_down(site: Site) -> None:
    made = [site.ticket(), site.ticket()]
    assert len(site.desk.read_some(made)) == (2 if site.reads_several else 0)
    site.line.faults.add(when("*", "", times=ALWAYS), answer(site.refusal(403, "No")))
    if site.reads_several:
        with pytest.raises(Down, match="403"):
            site.desk.read_some(made)
