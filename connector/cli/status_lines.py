"""The lines of `passdesk status`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from connector.cli.columns import columns
from connector.forms.mistakes import printable, quote
from connector.operating.times import clock, span


def lines(known: dict[str, Any]) -> Iterator[str]:
    """A line a thing, its columns aligned; what needs a person is marked ✗."""
    parts = (_pause, _raised, _sweep, _services, _alerts, _mappings, _waiting, _stuck, _live)
    for part in (*parts, _held, _notices):
        yield from part(known)


def _pause(known: dict[str, Any]) -> Iterator[str]:
    pause = known["paused"]
    if pause is None:
        yield "✓ issuing   not paused"
        return
    who = f" by {pause['by']}" if pause["by"] else ""
    when = f" since {_at(pause['since'])}" if pause["since"] else ""
    if pause["cause"]:
        cause = f"{pause['why']} (floor.pause_on.{pause['cause']})"
        yield printable(f"✗ issuing   passdesk paused itself{when}: {cause}; passdesk resume --by NAME")
        return
    why = f": {quote(pause['why'])}" if pause["why"] else ", without a reason"
    yield printable(f"– issuing   paused{who}{when}{why}; passdesk resume")


def _raised(known: dict[str, Any]) -> Iterator[str]:
    for each in known["raised"]:
        who = f" by {each['by']}" if each["by"] else ""
        allows = f"{each['limit']} allows {each['allows']} until {_at(each['until'])}"
        yield printable(f"– limit     {allows}{who}: {quote(each['why'])}; {each['floor']} then")


def _sweep(known: dict[str, Any]) -> Iterator[str]:
    sweep = known["last_sweep"]
    if sweep is None:
        yield "– sweep     none yet; passdesk run or passdesk once"
        return
    mark = "✗" if sweep["late"] else "✓"
    counts = ", ".join(
        f"{sweep.get(each, 0)} {each}" for each in ("delivered", "refused", "deferred", "stuck", "ended")
    )
    ago = f"{span(sweep['ago_s'])} ago"
    late = "; none came since: is passdesk run working?" if sweep["late"] else ""
    yield printable(
        f"{mark} sweep     {ago}, at {_at(sweep['began'])} by {sweep['by']}, in {sweep['duration_s']:.1f} s: "
        f"{sweep['seen']} seen, {counts}{late}"
    )


def _services(known: dict[str, Any]) -> Iterator[str]:
    for each in known["services"]:
        if rest := each["rest"]:
            until, why = _at(rest["until"]), f"{rest['detail']} ({rest['answer']})"
            yield printable(f"✗ service   {each['service']} rests until {until}: {why}")
            continue
        if refused := each["sign_in_refused"]:
            yield printable(f"✗ service   {each['service']} refused the sign-in of the last sweep: {refused}")
            continue
        mark = {True: "✓", False: "✗", None: "–"}[each["reachable"]]
        told = {
            True: "gave no trouble in the last sweep",
            False: "couldn't be reached by the last sweep",
            None: "wasn't asked by the last sweep" if known["last_sweep"] else "wasn't asked yet",
        }[each["reachable"]]
        yield printable(f"{mark} service   {each['service']} {told}")


def _alerts(known: dict[str, Any]) -> Iterator[str]:
    for each in known["alerts"]:
        since = f"since {_at(each['since'])}, {each['tries']} tries"
        yield printable(f"✗ alerts    {each['address']} takes none {since}: {each['answer']}")


def _mappings(known: dict[str, Any]) -> Iterator[str]:
    there = known["mappings"]
    for name, version in there["in_force"].items():
        now = there["files"].get(name)
        edited = "" if now in (None, version) else f"; the file is {now} now"
        yield printable(f"✓ mapping   {name} {version} in force{edited}")
    for name, version in there["files"].items():
        if name not in there["in_force"]:
            yield printable(f"– mapping   {name} {version}, not used by a sweep yet")
    for mistake in there["refused"]:
        yield printable(f"✗ mapping   refused: {mistake}")


def _waiting(known: dict[str, Any]) -> Iterator[str]:
    yield f"{'–' if known['waiting'] else '✓'} waiting   {_count(known['waiting'])}"
    yield from _tickets(known["waiting"])


def _stuck(known: dict[str, Any]) -> Iterator[str]:
    yield f"{'✗' if known['stuck'] else '✓'} stuck     {_count(known['stuck'])}"
    yield from _tickets(known["stuck"])


def _live(known: dict[str, Any]) -> Iterator[str]:
    count = len(known["live"])
    out = "no pass is out" if not count else f"{count} {'pass is' if count == 1 else 'passes are'} out"
    yield f"{'–' if count else '✓'} live      {out}" + ("; passdesk live" if count else "")


def _held(known: dict[str, Any]) -> Iterator[str]:
    for each in known["held"]:
        who = f"{each['name']} ({each['upn']})" if each["upn"] else each["object_id"]
        said = f"disowned {each['reference']} on {each['ticket']} at {each['desk']}"
        cure = f"passdesk unhold {each['upn'] or each['object_id']}"
        yield printable(f"✗ held      {who} since {_at(each['since'])}: {said}; {cure}")


def _notices(known: dict[str, Any]) -> Iterator[str]:
    due = known["notices"]["due"]
    if due:
        people = "1 person is" if due == 1 else f"{due} people are"
        yield f"– notices   {people} still to be told of their pass, for {span(known['notices']['oldest_s'])}"


def _tickets(each: list[dict[str, Any]]) -> list[str]:
    rows = [
        (
            f"    {ticket['desk']}",
            ticket["ticket"],
            span(ticket["age_s"]),
            ticket["reason"] or "being judged",
            ticket["detail"],
        )
        for ticket in each
    ]
    return columns(rows)


def _count(tickets: list[dict[str, Any]]) -> str:
    if not tickets:
        return "no ticket"
    longest = span(max(each["age_s"] for each in tickets))
    return f"{len(tickets)} {'ticket' if len(tickets) == 1 else 'tickets'}, the longest for {longest}"


def _at(text: str) -> str:
    return clock(datetime.fromisoformat(text).timestamp())
