"""Bugs in the line in which workers serve themselves: each with the test that finds it."""

from __future__ import annotations

from typing import Any

from connector.worker import line, turns
from connector.worker.crew import Crew
from connector.worker.handful import Handfuls
from connector.worker.line import Line
from tests.simulation.mutants import Put
from tests.simulation.unseen import unseen

TWO_DESKS = "tests/endtoend/test_two_desks.py"
LINE = "tests/worker/test_line.py"
ROUND_TRIPS = "tests/endtoend/test_round_trips.py"


@unseen(
    "no ticket is worked before every desk has answered",
    f"{TWO_DESKS}::test_a_desk_that_answers_slowly_keeps_nobody_at_the_other_waiting[scene]",
)
def all_desks_first(put: Put) -> None:
    begin, finish = Crew.begin, Crew.finish
    late: list[Any] = []

    def begins(self: Crew, work: Any) -> None:
        if work.func.__name__ == "serve":
            late.append(work)
        else:
            begin(self, work)

    def finishes(self: Crew) -> None:
        finish(self)
        while late:
            late.pop()()

    put(Crew, "begin", begins)
    put(Crew, "finish", finishes)


@unseen(
    "a slow desk's tickets may keep every worker",
    f"{LINE}::test_a_slow_desk_keeps_no_more_than_its_share_of_the_workers",
)
def first_lane_first(put: Put) -> None:
    put(Line, "_fairest", lambda self: next((d for d, lane in self._lanes.items() if lane.waiting), None))


@unseen(
    "a desk is polled anew while its last poll is under way",
    f"{LINE}::test_a_desk_is_polled_in_its_rhythm_while_its_tickets_are_worked_and_never_twice_at_a_time",
)
def polls_overlap(put: Put) -> None:
    right = Line._to_be_polled

    def to_be_polled(self: Any, now: float) -> str | None:
        for lane in self._lanes.values():
            lane.polling = False
        return right(self, now)

    put(Line, "_to_be_polled", to_be_polled)


@unseen(
    "a sweep goes on as long as a desk shows tickets, and mappings are never read anew",
    f"{LINE}::test_a_line_ends_though_a_desk_always_shows_more_so_that_mappings_can_be_read_anew",
)
def endless_line(put: Put) -> None:
    right = Line._to_be_polled

    def to_be_polled(self: Any, now: float) -> str | None:
        self._began = now
        return right(self, now)

    put(Line, "_to_be_polled", to_be_polled)


@unseen(
    "recovery may take every worker of a line",
    f"{LINE}::test_recovery_is_looked_after_now_and_then_and_by_a_quarter_of_the_workers_at_most",
)
def recovery_takes_all(put: Put) -> None:
    put(Line, "_recovery_is_due", lambda self, now: not 0 <= now - self._recovered < line.RECOVERY)


@unseen(
    "nobody comes back for the tickets whose names were asked for",
    f"{LINE}::test_who_left_for_want_of_tickets_comes_back_when_the_names_are_known",
)
def never_back(put: Put) -> None:
    right = Line.done

    def done(self: Any, *what: Any, **more: Any) -> int:
        right(self, *what, **more)
        return 0

    put(Line, "done", done)


@unseen(
    "in each sweep it is asked ahead whom tickets name that wait",
    f"{ROUND_TRIPS}::test_of_tickets_that_wait_for_their_approval_nobody_is_asked_ahead_once_they_are_known",
)
def known_are_asked(put: Put) -> None:
    def ask(self: Any, tickets: Any) -> None:
        judge = self.ways[tickets[0].mappings[0]].roles.judge
        judge.ahead([judge.mapped(each.ticket) for each in tickets])

    put(Handfuls, "ask", ask)


@unseen(
    "whoever asks for hundreds of passes is served first, as long as theirs are older",
    "tests/worker/test_turns.py::test_who_asks_for_one_does_not_wait_for_all_of_who_asks_for_many",
)
def oldest_alone(put: Put) -> None:
    put(turns, "in_turn", lambda waiting: sorted(waiting, key=lambda each: each.ticket.opened))
