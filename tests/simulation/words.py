"""A world and its story, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.simulation.shape import Shape
from tests.simulation.world import Result


def command(shape: Shape) -> str:
    """The line that replays it."""
    out = f" --without {','.join(str(each) for each in sorted(shape.left_out))}" if shape.left_out else ""
    return f"python -m tests.simulation --seed {shape.seed}{out}"


def setting(shape: Shape) -> Iterator[str]:
    how = "once a minute" if shape.once else "run"
    yield f"world {shape.seed}: {shape.replicas} replica(s) of {shape.workers} worker(s), {how}"
    journal = "" if shape.journal == "readable" else f", the journal is {shape.journal}"
    times = "once" if shape.one_time else "several times"
    yield f"  the pass: fence {shape.fence} s, {shape.minutes} min, {times}, note in {shape.field_}"
    marker = "a marker" if shape.marker else "no marker"
    yield f"  the desk: {marker}{journal}, settle {shape.settle}, {shape.queues} mapping(s)"
    looks = f"looks up to {shape.stale} s old, starts rounded to the {shape.rounding}"
    yield f"  Entra: {looks}, judged {shape.judge_ahead:+g} s"
    yield f"  clocks: Entra {shape.entra}, desk {shape.desk}, ours {', '.join(map(str, shape.walls))}"
    if shape.topdesk:
        lets = "lets" if shape.may_delete else "does not let"
        yield f"  the desk is TOPdesk, and {lets} us take our actions away"
    if shape.mails:
        ways = ", then ".join(shape.deliver)
        yield f"  delivered by {ways}: the {shape.manager_of}'s, {shape.pace} mails a minute"
    if shape.tell_waiting is not None:
        yield f"  a ticket says after {shape.tell_waiting:.0f} s why it waits; callers learn of a no"
    for number, trouble in enumerate(shape.troubles):
        if number not in shape.left_out:
            yield f"  {number}: {trouble}"


def story(result: Result) -> Iterator[str]:
    yield from setting(result.shape)
    yield from result.story
    yield f"{result.events} events, digest {result.digest}, exposures in seconds: {result.exposures}"
    yield f"replay: {command(result.shape)}"


def distribution(exposures: dict[str, Sequence[float]]) -> Iterator[tuple[str, ...]]:
    """Kind, passes, share with any exposure, median, 99th, worst."""
    for kind in sorted(exposures):
        every = sorted(exposures[kind])
        if not every:
            continue
        some = [each for each in every if each > 0]
        worst = [_at(share, some) for share in (0.5, 0.9, 0.99, 1)]
        yield kind, str(len(every)), f"{len(some) / len(every):.1%}", *worst


def _at(share: float, of: Sequence[float]) -> str:
    return f"{of[min(len(of) - 1, int(share * len(of)))]:.0f} s" if of else "–"
