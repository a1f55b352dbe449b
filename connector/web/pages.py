"""The pages that are looked at."""

from __future__ import annotations

import math
from typing import Any, Final

from flask import Blueprint, Response, abort, current_app, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from connector.domain.outcome import State
from connector.domain.reference import ticket_code
from connector.domain.spellings import joined
from connector.ledger import browsing
from connector.ledger.browsing import Behind, Sought
from connector.ledger.prepared import Driver
from connector.ledger.rows import Row
from connector.web import charts, rows
from connector.web.window import Window

EVERY: Final = 20  # s after which a page comes anew by itself
PAGE: Final = 50  # tickets
LINES: Final = 3000  # of the trail, about the tickets of one page
LONGEST: Final = 200  # characters of a filter
OUTCOMES: Final[dict[str, frozenset[State]]] = {
    "under way": frozenset({State.CLAIMED, State.ISSUING, State.DELIVERING, State.REVOKING, State.SETTLING}),
    "waiting": frozenset({State.WAITING}),
    "live": frozenset({State.LIVE}),
    "ended": frozenset({State.ENDED}),
    "refused": frozenset({State.REFUSED}),
    "stuck": frozenset({State.STUCK}),
}
FILTERS: Final = ("desk", "mapping", "outcome", "person", "text")

blueprint = Blueprint("pages", __name__)


def window() -> Window:
    found: Window = current_app.extensions["window"]
    return found


@blueprint.get("/")
def now() -> Response:
    """How it stands."""
    known, figures = window().standing(), window().figures
    today = figures.days[-1] if figures.days else None
    live = rows.live(sorted(known["live"], key=lambda each: each["until"]), window().now())
    acts = "act" in request.args  # with the form for it, so it stands still
    show = still if acts else fresh
    return show("now.html", known=known, today=today, counted=figures.states, live=live, acts=acts)


@blueprint.get("/history")
def history() -> Response:
    """Tickets, the last changed first. With `follow`, it comes anew by itself, and has no form."""
    asked = {name: request.args.get(name, "").strip()[:LONGEST] for name in FILTERS}
    there, behind = window(), behind_of(request.args.get("behind", ""))
    if asked["outcome"] not in OUTCOMES:
        asked["outcome"] = ""
    sought = Sought(
        there.urls.get(asked["desk"], asked["desk"]),
        asked["mapping"],
        OUTCOMES.get(asked["outcome"], frozenset()),
        asked["person"],
        asked["text"],
    )

    def look(db: Driver) -> tuple[browsing.TicketPage, list[rows.TicketRow]]:
        page = browsing.page(db, sought, behind, PAGE, there.names)
        lines = browsing.lines_of(db, {row.key for row in page.rows}, LINES) if page.rows else {}
        return page, [rows.ticket_row(row, lines.get(row.key, []), there.names) for row in page.rows]

    page, shown = there.reader.browse(look)
    kept = {name: value for name, value in asked.items() if value}
    follows = "follow" in request.args and behind is None
    known = {
        "asked": asked,
        "kept": kept,
        "rows": shown,
        "follows": follows,
        "behind": behind,
        "older": to("pages.history", **kept, behind=written(page.older)) if page.older else None,
        "looked_back_to": page.looked_back_to,
        "desks": sorted(there.urls),
        "mappings": sorted({each.name for each in there.mapping_files().mappings}),
        "outcomes": list(OUTCOMES),
    }
    return fresh("history.html", **known) if follows else still("history.html", **known)


@blueprint.get("/ticket")
def ticket() -> Response | AnyResponse:
    """A ticket, by its desk and its number, id or reference: what was decided, on what, and its way."""
    there, desk, word = window(), request.args.get("desk", ""), request.args.get("ticket", "")[:LONGEST]
    url = there.urls.get(desk, desk)

    def look(db: Driver) -> rows.TicketView | None:
        row = browsing.ticket(db, url, word)
        if row is None:
            named = browsing.page(db, Sought(desk=url, text=word), None, 2, [url]).rows
            exact = [
                each for each in named if word.casefold() in {each.number.casefold(), each.code.casefold()}
            ]
            row = exact[0] if len(exact) == 1 else None
        if row is None:
            return None
        lines = browsing.lines_of(db, {row.key}, browsing.MOST_OF_ONE).get(row.key, [])
        return rows.ticket_view(row, lines, there.names, there.now())

    found = there.reader.browse(look)
    if found is None:
        abort(404)
    return still("ticket.html", ticket=found)


@blueprint.get("/charts")
def figures() -> Response:
    """The last days, as pictures and as a table."""
    days = window().figures.days
    return fresh("charts.html", days=days, series=charts.SERIES, version=len(days) and days[-1].counts)


@blueprint.get("/charts/<name>.svg")
def picture(name: str) -> Response:
    drawn = {"volume": charts.volume, "times": charts.times}.get(name)
    if drawn is None:
        abort(404)
    chart = drawn(window().figures.days)
    made = Response(chart.svg, mimetype="image/svg+xml")
    made.headers["Content-Security-Policy"] = chart.policy
    return made


def fresh(template: str, **known: Any) -> Response:
    """A page that comes anew by itself, with its filters, unless `still` is in its address."""
    moves = "still" not in request.args
    here = request.args.to_dict()
    here.pop("still", None)
    made = Response(
        render_template(
            template,
            moves=moves,
            every=EVERY,
            toggle=to(str(request.endpoint), **here, **({"still": "1"} if moves else {})),
            **known,
        )
    )
    if moves:
        made.headers["Refresh"] = str(EVERY)
    return made


def still(template: str, **known: Any) -> Response:
    return Response(render_template(template, moves=False, toggle=None, **known))


def to(endpoint: str, **asked: Any) -> str:
    """The address of a page."""
    return url_for(endpoint, **asked)


def is_called(row: Row, word: str) -> bool:
    """Tell whether a ticket has this number or reference, in any of its spellings."""
    return joined(word) == joined(row.number) or ticket_code(word) == row.code


def written(place: Behind) -> str:
    return f"{place.at!r}|{place.ticket}|{place.desk}"


def behind_of(text: str) -> Behind | None:
    """The place that `written` wrote; None: there is none. Anything else is no request of ours."""
    if not text:
        return None
    at, _, rest = text.partition("|")
    id_, bar, desk = rest.partition("|")
    try:
        moment = float(at)
    except ValueError:
        moment = math.nan
    if not bar or not math.isfinite(moment):
        abort(400)
    return Behind(moment, desk, id_)
