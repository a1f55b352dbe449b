"""How it stands now: what `passdesk status` and the status page tell."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from connector.domain.durations import Limit, written_limit
from connector.domain.outcome import State
from connector.ledger.alerting import failing
from connector.ledger.sql import SqlLedger
from connector.operating.desks import desk_names
from connector.operating.passes_out import SLACK, as_pass_out
from connector.operating.times import iso

if TYPE_CHECKING:
    from connector.config.load import Config
    from connector.config.mapping_set import MappingSet
    from connector.domain.notice import Notice
    from connector.ledger.holding import Hold
    from connector.ledger.limiting import Raise
    from connector.ledger.memory import MemoryLedger
    from connector.ledger.rows import PauseRecord, Wait

LATE: Final = 3  # polls that were missed before the last sweep is called late


def standing(
    config: Config,
    ledger: SqlLedger | MemoryLedger,
    now: float,
    read: Callable[[], MappingSet] | None = None,
    most: int | None = None,
) -> dict[str, Any]:
    """How it stands, as `status --json` says it. `read`: the mapping files as they are. `most`: of the
    tickets that wait or are stuck.
    """
    names, pause = desk_names(config), ledger.pause_record()
    sweep = ledger.recorded("last_sweep")
    there = mappings((read or config.source.read)(), sweep)
    waits = [
        each
        for each in ledger.waits(set(State) - {State.LIVE, State.REFUSED, State.ENDED, State.STUCK}, most)
        if waits_for_a_pass(each)
    ]
    # A pass ends by Entra's clock, which the machine's is nearest to where the ledger's ran ahead.
    out = [
        each for each in ledger.passes_out() if min(now, time.time()) < each.claim.current_attempt.end + SLACK
    ]
    return {
        "paused": paused(pause) if pause else None,
        "raised": [as_raise(each, getattr(config.settings.floor, each.name)) for each in ledger.raises()],
        "last_sweep": swept(sweep, now, config.settings.poll.every) if sweep else None,
        "waiting": [as_wait(each, names, now) for each in waits],
        "stuck": [as_wait(each, names, now) for each in ledger.waits([State.STUCK], most)],
        "live": [as_pass_out(each, names, now) for each in out],
        "held": [as_hold(each, names) for each in ledger.holds()],
        "notices": notices(ledger.notices_due(), now),
        "services": services(config, sweep, of_today(rests_of(ledger), there)),
        "mappings": there,
        "alerts": undelivered(config, ledger),
    }


def paused(pause: PauseRecord) -> dict[str, Any]:
    """`cause`: the key of floor.pause_on on which passdesk paused itself; None: a person did."""
    known = {"why": pause.why, "by": pause.by or None, "since": iso(pause.since)}
    return known | {"cause": pause.cause or None}


def waits_for_a_pass(each: Wait) -> bool:
    """Tell whether the ticket has none and may still get one: not one whose pass is on its way out."""
    claim = each.claim
    return claim.state in {State.CLAIMED, State.WAITING, State.ISSUING, State.DELIVERING} or (
        claim.state is State.REVOKING and claim.next_state is State.CLAIMED
    )


def as_wait(each: Wait, names: Mapping[str, str], now: float) -> dict[str, Any]:
    claim = each.claim
    recovering = claim.state not in {State.WAITING, State.STUCK} and not claim.reason
    return {
        "desk": names.get(claim.desk, claim.desk),
        "ticket": claim.number,
        "mapping": claim.mapping,
        "reason": "recovering" if recovering else claim.reason and str(claim.reason),
        "detail": claim.detail,
        "since": iso(each.since),
        "reason_since": iso(each.reason_since),
        "age_s": max(0, int(now - each.since)),
    }


def swept(sweep: Mapping[str, Any], now: float, every: float) -> dict[str, Any]:
    """The last sweep as a worker kept it, and whether another should have come since."""
    began = float(sweep.get("began", 0))
    known = {name: value for name, value in sweep.items() if name not in {"mappings", "asked"}}
    ago = max(0.0, now - began - float(sweep.get("duration_s", 0)))
    late = sweep.get("by") == "run" and ago > LATE * every + 60
    return known | {"began": iso(began), "ago_s": int(ago), "late": late}


def rests_of(ledger: SqlLedger | MemoryLedger) -> dict[str, Any]:
    """The routes that rest: entra, mail, or the notes of a mapping."""
    return {
        each.route: {
            "since": iso(each.since or 0),
            "until": iso(each.until),
            "tried": each.times,
            "reason": str(each.reason),
            "answer": each.answer,
            "detail": each.detail,
        }
        for each in ledger.rests()
    }


def of_today(rests: Mapping[str, Any], there: Mapping[str, Any]) -> dict[str, Any]:
    """The rests without those of mappings that are gone: nobody tries their way again."""
    gone = {
        route
        for route in rests
        if route.startswith("note ")
        and route.removeprefix("note ") not in {*there["files"], *there["in_force"]}
        and not there["refused"]  # else a file that can't be read may be this mapping's
    }
    return {route: rest for route, rest in rests.items() if route not in gone}


def services(
    config: Config, sweep: Mapping[str, Any] | None, rests: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Each service: whether the last sweep could reach it (None: it didn't ask), why it refused the sign-in,
    and its rest.
    """
    names = ["entra", *config.settings.desks, *(["mail"] if config.settings.mail else [])]
    names += sorted(rests.keys() - set(names))  # the notes of a mapping may rest alone
    down, asked = (sweep.get(each, []) if sweep else [] for each in ("unreachable", "asked"))
    refused = {each["service"]: each["detail"] for each in sweep.get("sign_in_refused", [])} if sweep else {}
    return [
        {
            "service": name,
            "reachable": False if name in down else True if name in asked else None,
            "sign_in_refused": refused.get(name),
            "rest": rests.get(name),
        }
        for name in names
    ]


def undelivered(config: Config, ledger: SqlLedger | MemoryLedger) -> list[dict[str, Any]]:
    """The addresses of `alerts` that didn't take what they were told last."""
    names = {f"{each.scheme}:{each.target}"[-300:] for each in config.settings.alerts.to}
    if not names or not isinstance(ledger, SqlLedger):
        return []
    return [
        {
            "address": each.address,
            "since": iso(each.failing_since or 0),
            "tries": each.tries,
            "answer": each.answer,
        }
        for each in ledger.browse(failing)
        if each.address in names
    ]


def mappings(found: MappingSet, sweep: Mapping[str, Any] | None) -> dict[str, Any]:
    """The versions that the last sweep went by, those of the files now, and why they are refused."""
    return {
        "in_force": dict(sweep.get("mappings", {})) if sweep else {},
        "files": {each.name: each.version for each in found.mappings},
        "refused": [str(each) for each in found.mistakes],
    }


def as_hold(each: Hold, names: Mapping[str, str]) -> dict[str, Any]:
    """A person who is held: their names, where the ledger has them, and the pass that they disowned."""
    return {
        "object_id": each.person,
        "upn": each.subject.upn if each.subject else None,
        "name": each.subject.name if each.subject else None,
        "since": iso(each.since),
        "desk": names.get(each.desk, each.desk),
        "ticket": each.number,
        "reference": each.reference,
    }


def notices(due: Sequence[Notice], now: float) -> dict[str, Any]:
    """How many people are still to be told of their passes, and for how long the first of them waits."""
    return {"due": len(due), "oldest_s": max((int(now - each.made) for each in due), default=0)}


def as_raise(each: Raise, floor: Limit) -> dict[str, Any]:
    return {
        "limit": each.name,
        "allows": written_limit(each.limit),
        "floor": written_limit(floor),
        "until": iso(each.until),
        "since": iso(each.since),
        "by": each.by or None,
        "why": each.why,
    }
