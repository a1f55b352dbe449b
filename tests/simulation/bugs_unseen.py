"""Bugs in deadlines, sign-ins, variables and streams, which no simulated world has: each with the test that
finds it.
"""

from __future__ import annotations

import signal
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

from connector.cli import once, run, trail_export
from connector.desks.servicenow import links
from connector.desks.servicenow.children import Children
from connector.desks.servicenow.desk import ServiceNowDesk
from connector.desks.servicenow.pointed import PointedPeople
from connector.desks.servicenow.variables import Variables
from connector.desks.topdesk.desk import TOPdeskDesk
from connector.desks.topdesk.writer import Writer
from connector.domain.errors import Down
from connector.domain.pins import Pin
from connector.entra import credential, people
from connector.entra.credential import GraphAuth
from connector.entra.graph import Graph
from connector.entra.holders import EntraHolders
from connector.entra.passes import EntraIssuer
from connector.entra.shared_batch import SharedBatch
from connector.guards.person import disabled
from connector.http import deadline, limit, service
from connector.http.deadline import Call, Threads
from connector.http.lane import Lane
from connector.http.latency import Latencies
from connector.http.pace import Pace
from connector.http.service import Service
from connector.ledger import chain_watch, persons, traces, verifying, walk
from connector.ledger.audit import START, Place
from connector.ledger.transaction import Transaction
from connector.lifecycle import journey
from connector.terminal import LogSink, Outlet
from connector.worker import looks
from tests.simulation.mutants import Put
from tests.simulation.unseen import unseen

SIGN_IN = "tests/entra/test_credential_deadline.py"
REFUSED = "tests/endtoend/test_sign_in_refused.py"
POINTED = "tests/desks/servicenow/test_pointed.py"
FOUND = "tests/entra/test_found_by_names.py"
LINKED = "tests/desks/servicenow/test_several.py::test_a_ticket_with_children"
SEVERAL = "tests/desks/test_promises_of_several.py"
ASKED = "test_no_ticket_comes_that_was_not_asked_for_where_the_server_drops_the_query"
STREAMS = "tests/endtoend/test_terminals.py"
GONE = "test_a_terminal_that_goes_away_does_not_end_the_work"
AUDIT = "tests/endtoend/test_audit.py"
LIMIT = "tests/http/test_limit.py"
LANE = "tests/http/test_lane.py"
WRITING = "tests/http/test_writing.py"
WATCH = "tests/ledger/test_chain_watch.py"
SHARED = "tests/entra/test_shared_batch.py"
MANY = (
    "tests/endtoend/test_many_live_passes.py::"
    "test_what_is_used_expired_cancelled_or_forbidden_goes_and_nothing_else_is_touched[30]"
)


@unseen(
    "a sign-in is waited for as long as its library waits",
    f"{SIGN_IN}::test_a_token_that_is_over_serves_no_more",
)
def library_decides(put: Put) -> None:
    from tests.entra import test_credential_deadline

    right = GraphAuth._awaited
    put(test_credential_deadline, "PATIENT", 1)  # s after which that library gives up
    put(GraphAuth, "_awaited", lambda self, call, until: right(self, call, until + 60))


@unseen(
    "a sign-in that was given up goes on behind our back",
    f"{SIGN_IN}::test_an_endpoint_that_asks_to_come_back_in_an_hour_holds_nobody_for_an_hour",
)
def sign_in_goes_on(put: Put) -> None:
    from tests.entra import test_credential_deadline

    put(test_credential_deadline, "PATIENT", 1)
    put(Call, "give_up", lambda self: self._outcome)


@unseen(
    "who needs a token waits for one that hangs, though the last is good",
    f"{SIGN_IN}::test_a_token_that_is_good_serves_while_another_one_hangs",
)
def everybody_waits(put: Put) -> None:
    put(credential, "SPARE", 10_000)


@unseen(
    "a call is sent though nobody waits for it any more",
    "tests/http/test_deadline.py::test_what_was_given_up_while_its_name_was_looked_up_is_never_sent",
)
def sent_too_late(put: Put) -> None:
    put(Call, "waits_on", lambda self, over, *, sends=False: None)
    put(Call, "turns_to", lambda self, host: None)


@unseen(
    "a thread whose call was given up runs other calls",
    "tests/http/test_deadline.py::test_a_thread_whose_call_was_given_up_ends_with_it_and_runs_no_other",
)
def thread_goes_on(put: Put) -> None:
    def work(self: Any, inbox: Any) -> None:
        while (call := self._next(inbox)) is not None:
            call.run()
            with self._lock:
                self._idle.append(inbox)

    put(Threads, "_work", work)


@unseen(
    "a call that was given up keeps its connection",
    "tests/http/test_deadline.py::test_a_reply_that_never_ends_is_no_answer_and_its_connection_is_shut",
)
def connection_kept(put: Put) -> None:
    from tests.http import test_deadline

    put(test_deadline, "PATIENT", 1)
    put(deadline, "_shut", lambda over: None)


@unseen(
    "a sign-in that Entra refuses is taken for an outage",
    f"{REFUSED}::test_a_refused_sign_in_at_entra_makes_tickets_wait_with_its_code",
)
def refusal_is_an_outage(put: Put) -> None:
    put(credential, "_refused", lambda failure: Down("entra", failure.cause))


@unseen(
    "a password that a desk refuses is taken for an outage",
    f"{REFUSED}::test_a_wrong_password_at_servicenow[basic]",
)
def wrong_password_is_an_outage(put: Put) -> None:
    put(Service, "_refusal", lambda self, reply: None)


@unseen(
    "a person behind a reference variable is not read again before the POST",
    f"{POINTED}::test_a_person_who_is_called_otherwise_now_is_seen_by_the_next_reading",
)
def person_is_kept(put: Put) -> None:
    right, kept = PointedPeople._records, dict[str, Any]()

    def records(self: PointedPeople, ids: list[str]) -> Any:
        kept.update({} if {*ids} <= {*kept} else dict(right(self, ids)))
        return [(each, kept[each]) for each in ids if each in kept]

    put(PointedPeople, "_records", records)


@unseen(
    "a reference variable is not read again before the POST",
    f"{POINTED}::test_a_variable_that_turns_to_another_person_is_seen_by_the_next_reading",
)
def variable_is_kept(put: Put) -> None:
    right, kept = Variables.with_item, dict[str, dict[str, str]]()

    def with_item(self: Variables, item: str) -> Any:
        row, variables, written = right(self, item)
        return row, kept.setdefault(item, variables) if variables is not None else None, written

    put(Variables, "with_item", with_item)


@unseen(
    "whoever an answer about an alias shows is the person",
    f"{FOUND}::test_a_server_that_drops_the_filter_misdirects_nothing",
)
def alias_not_compared(put: Put) -> None:
    right = people._is
    put(people, "_is", lambda row, key: key.find_by == "alias" or right(row, key))


@unseen(
    "an alias is asked for in one spelling",
    f"{FOUND}::test_a_person_is_found_by_any_of_their_addresses",
)
def one_spelling(put: Put) -> None:
    right = people._filter
    put(people, "_filter", lambda key: right(key).partition(" or ")[0])


@unseen(
    "an account that an old index calls disabled is not read by id",
    f"{FOUND}::test_an_old_index_that_calls_another_account_disabled_gives_nobody_a_pass",
)
def rival_unread(put: Put) -> None:
    put(people, "rivals", lambda name, key, reply, person: [])


@unseen(
    "a log that can't be written ends the work",
    f"{STREAMS}::test_a_log_that_takes_nothing_stops_no_work[full-json]",
)
def log_ends_the_work(put: Put) -> None:
    put(LogSink, "write", lambda self, line: self._send(line.encode()))


@unseen(
    "a log that nobody reads is waited for",
    f"{STREAMS}::test_a_log_that_takes_nothing_stops_no_work[stuck-console]",
)
def log_is_waited_for(put: Put) -> None:
    import os

    put(LogSink, "_send", lambda self, line: os.write(self._file, line))


@unseen(
    "an answer that can't be printed ends the work",
    f"{STREAMS}::test_a_reader_who_goes_away_ends_it_quietly_with_its_own_code[explain]",
)
def answer_ends_the_work(put: Put) -> None:
    def lose(self: Outlet, error: OSError) -> None:
        raise error

    put(Outlet, "_lose", lose)


@unseen(
    "a letter that the terminal doesn't have ends the verb",
    f"{STREAMS}::test_every_verb_speaks_to_a_terminal_without_our_letters[latin-1]",
)
def letters_end_the_verb(put: Put) -> None:
    from connector import terminal

    put(terminal, "shown", lambda text, encoding: text)


@unseen(
    "an export of the trail steers a terminal",
    f"{AUDIT}::test_a_spreadsheet_runs_nothing_of_an_export",
)
def export_steers(put: Put) -> None:
    put(trail_export, "printable", lambda text: text)


@unseen(
    "a name that was erased on a ticket may be anybody's",
    "tests/endtoend/test_pinned.py::test_an_erased_name_is_still_nobody_elses_on_this_ticket",
)
def erased_name_free(put: Put) -> None:
    put(Pin, "erased", False)


@unseen(
    "an approval of before an erasure still counts",
    "tests/ledger/test_traces.py::test_an_approval_of_before_the_erasure_counts_no_more_and_another_does",
)
def approval_forgotten(put: Put) -> None:
    right = traces.traceless
    put(persons, "traceless", lambda *said: replace(right(*said), seen_approved=None))


@unseen(
    "what lasts is counted by a clock that stands still while the machine sleeps, on this platform",
    "tests/domain/test_steady.py::test_it_goes_on_while_the_machine_sleeps_where_a_clock_does",
)
def monotonic_at_home(put: Put) -> None:
    import time

    from connector.domain import steady

    put(steady, "steady_clock", lambda: time.monotonic)


class Hanging:
    """The module `signal`, for whoever forgets SIGHUP."""

    def __getattr__(self, name: str) -> Any:
        return getattr(signal, name)

    def signal(self, number: int, handler: Any) -> Any:
        return None if number == signal.SIGHUP else signal.signal(number, handler)


@unseen("a terminal that goes away ends `run`", f"{STREAMS}::{GONE}[run]")
def hung_up(put: Put) -> None:
    put(run, "signal", Hanging())


@unseen("a terminal that goes away ends `once`", f"{STREAMS}::{GONE}[once]")
def once_hung_up(put: Put) -> None:
    put(once, "signal", Hanging())


@unseen(
    "the table that was asked stands for the class of a ticket that can't be read",
    "tests/desks/servicenow/test_links.py"
    "::test_a_parents_class_is_compared_with_the_records_own_and_not_with_the_table_alone",
)
def asked_table_is_the_class(put: Put) -> None:
    right = links._same_table
    put(
        links,
        "_same_table",
        lambda mapping, texts: right(mapping, {"sys_class_name": mapping.table, **texts}),
    )


@unseen(
    "that a desk shows callers its notes is known to one process alone",
    "tests/endtoend/test_topdesk_faults.py"
    "::test_a_desk_that_shows_callers_its_notes_is_left_alone_by_the_next_process_too",
)
def shown_to_callers_unshared(put: Put) -> None:
    right = Writer._trouble
    put(Writer, "_trouble", lambda self, *said: replace(right(self, *said), shared=False))


@unseen(
    "whatever a list shows is among the tickets that were asked for",
    f"{SEVERAL}::{ASKED}[servicenow-WorkNotes]",
)
def any_ticket_of_several(put: Put) -> None:
    right = ServiceNowDesk._asked_for

    class Anything(list[str]):
        def __contains__(self, key: object) -> bool:
            return True

    put(ServiceNowDesk, "_asked_for", lambda self, ids: right(self, Anything(ids)))


@unseen(
    "whether others name one of several tickets as their parent isn't asked",
    f"{LINKED}_is_linked_and_its_neighbours_are_not",
)
def several_without_children(put: Put) -> None:
    right, asked = Children.filled, ServiceNowDesk.read_some

    def read_some(self: ServiceNowDesk, tickets: Any) -> Any:
        put(Children, "filled", lambda self, tickets: [*tickets])
        try:
            return asked(self, tickets)
        finally:
            put(Children, "filled", right)

    put(ServiceNowDesk, "read_some", read_some)


@unseen(
    "one of several calls comes without its caller, where the card can't be read",
    "tests/desks/topdesk/test_several.py::test_a_card_that_cannot_be_asked_for_leaves_out_its_caller_alone",
)
def several_without_card(put: Put) -> None:
    right = TOPdeskDesk._with_card
    put(TOPdeskDesk, "_with_card", lambda self, ticket: right(self, ticket) or ticket)


@unseen("that a pass was used is not seen", MANY)
def used_is_not_seen(put: Put) -> None:
    look, passes = EntraIssuer.look, EntraHolders.passes

    def unused(found: Any) -> Any:
        return [replace(each, used=False) for each in found]

    put(EntraIssuer, "look", lambda self, subject, **how: unused(look(self, subject, **how)))
    put(
        EntraHolders,
        "passes",
        lambda self, people: {who: unused(found) for who, found in passes(self, people).items()},
    )


@unseen("passes that live are looked at one by one", MANY)
def passes_one_by_one(put: Put) -> None:
    put(looks, "SOME", 1)


@unseen(
    "a filter that calls an account disabled is believed",
    "tests/entra/test_holders.py::test_what_an_account_does_not_say_itself_is_no_reason",
)
def filter_believed(put: Put) -> None:
    right = EntraHolders.forbidden

    def forbidden(self: EntraHolders, holder: Any, enabled: bool) -> Any:
        return right(self, holder, enabled) if enabled else disabled(holder.upn)

    put(EntraHolders, "forbidden", forbidden)


@unseen(
    "a service that turns calls away is given as many as before",
    f"{LIMIT}::test_calls_that_are_turned_away_together_count_once[429]",
)
def never_slower(put: Put) -> None:
    put(limit, "TOO_MANY", frozenset())


@unseen(
    "a write waits for its place among the calls to a service, and what it rests on grows old",
    f"{WRITING}::test_a_write_is_sent_at_once_however_many_calls_are_under_way",
)
def writes_wait(put: Put) -> None:
    right = Pace.place
    put(Pace, "place", lambda self, patience: right(self, 20.0))


@unseen(
    "a mark is believed though the trail has another line there",
    f"{WATCH}::test_a_mark_of_a_line_that_is_another_now_is_no_reason_to_skip_a_line",
)
def mark_believed(put: Put) -> None:
    right = chain_watch.place_at

    def place_at(db: Transaction, seq: int) -> Place | None:
        newest, _ = chain_watch.marked(db.switch(chain_watch.MARK))
        return newest if seq == newest[0] else right(db, seq)

    put(chain_watch, "place_at", place_at)


@unseen(
    "each start verifies the same old lines",
    f"{WATCH}::test_an_old_line_that_was_changed_is_found_however_often_it_starts_anew[16]",
)
def always_from_the_beginning(put: Put) -> None:
    right = chain_watch.marked
    put(chain_watch, "marked", lambda text: (right(text)[0], (0, START.split()[1])))


@unseen(
    "lines that were hashed quickly may come in any order",
    "tests/ledger/test_walk.py::test_a_line_that_is_missing_or_moved_is_found_where_it_stood",
)
def order_ignored(put: Put) -> None:
    def pieces(source: walk.Source, at: Place, most: int | None = None) -> Iterator[walk.Piece]:
        seq = at[0]
        while texts := source.texts_after(seq, walk.AT_ONCE):
            yield walk.Piece(texts, ())
            seq = texts[-1][0]

    put(verifying, "pieces", pieces)


@unseen(
    "a reading counts for the note however long Entra took to make the pass",
    "tests/lifecycle/test_rereading.py::test_the_ticket_is_read_once_more_where_the_pass_took_its_time",
)
def however_long_the_post(put: Put) -> None:
    right: Any = journey.changed_meanwhile

    def changed_meanwhile(*what: Any) -> Any:
        return right(*what[:-1], replace(what[-1], quick_post=10**9))

    put(journey, "changed_meanwhile", changed_meanwhile)


@unseen(
    "a service that asked to be left alone for a while is asked by every other read",
    f"{LANE}::test_no_other_read_is_sent_before_the_time_that_a_service_named",
)
def lane_ignored(put: Put) -> None:
    put(Lane, "closed", lambda self, waited: 0.0)


@unseen(
    "revoking waits until a service wants to be asked again",
    "tests/entra/test_passes.py::test_a_look_before_a_deletion_waits_for_nothing",
)
def revoking_waits(put: Put) -> None:
    right = EntraIssuer.look
    put(EntraIssuer, "look", lambda self, subject, urgent=False: right(self, subject, urgent=False))


@unseen(
    "a service that becomes slow for reasons of its own loses half its calls, again and again",
    f"{LIMIT}::test_a_service_that_is_simply_slower_gets_its_calls_back_and_is_known_as_it_is",
)
def slow_is_crowded(put: Put) -> None:
    put(Latencies, "forget", lambda self: None)


@unseen(
    "a limit that a service says is near is run into",
    f"{LANE}::test_an_answer_that_says_that_the_limit_is_near_leaves_fewer_calls_at_once",
)
def run_into(put: Put) -> None:
    put(service, "near_limit", lambda headers: False)


@unseen(
    "of a call that two tickets share, each uses its neighbour's replies",
    f"{SHARED}::test_a_role_of_one_person_is_no_role_of_the_other_whose_evidence_came_with_it",
)
def neighbours_reply(put: Put) -> None:
    right = Graph.batch_once

    def batch_once(self: Graph, requests: Any) -> Any:
        replies = right(self, requests)
        swapped = {
            f"{1 - int(number)}:{name}": each for each in replies for number, _, name in [each.split(":")]
        }
        return {id_: replies[swapped.get(id_, id_)] for id_ in replies}

    put(Graph, "batch_once", batch_once)


@unseen(
    "two tickets of one person share a call, and the second's evidence is of before the first's pass",
    f"{SHARED}::test_two_tickets_of_one_person_never_share",
)
def one_persons_share(put: Put) -> None:
    right, serial = SharedBatch.ask, count()
    put(SharedBatch, "ask", lambda self, requests, person: right(self, requests, f"{person} {next(serial)}"))


@unseen(
    "two tickets whose shared call failed share the next one, too",
    f"{SHARED}::test_a_call_that_fails_sinks_a_neighbour_once_and_not_twice",
)
def together_again(put: Put) -> None:
    put(SharedBatch, "_apart", lambda self, shares: None)
