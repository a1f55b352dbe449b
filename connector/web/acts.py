"""A person's verbs on the page: pause, resume, revoke, release and reissue, under the person's own name."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Final, NamedTuple

from flask import Blueprint, Response, abort, current_app, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from connector import log
from connector.domain.errors import Unwritten
from connector.domain.events import Event
from connector.ledger.rows import Operator, VerbResult
from connector.operating import verbs
from connector.operating.deleting import Deletion
from connector.web.sign_in import LASTS, Session, SignIn
from connector.web.window import Window

MOST_WHY: Final = 300  # characters of a reason
LOGIN: Final = "web"  # in the trail, beside the person's name: it was the page, and they had signed in

blueprint = Blueprint("acts", __name__)


class Done(NamedTuple):
    """What became of a verb. `fine`: it did what was asked for."""

    sentence: str
    fine: bool
    event: Event | None = None


class Person(NamedTuple):
    """Whoever asks. `session`: None: they have sent their token with the request."""

    name: str
    session: Session | None


def sign_in() -> SignIn:
    return window().people


def window() -> Window:
    found: Window = current_app.extensions["window"]
    return found


def cookie_name() -> str:
    """A name that a browser guards, where the page is reached over TLS."""
    return "__Host-passdesk" if window().web.address.startswith("https://") else "passdesk"


def known_person() -> None:
    """Find out who asks, before each request. Where others than this machine reach the page, nobody looks at
    anything before they have signed in.
    """
    g.person = None
    header, cookie = request.headers.get("Authorization", ""), request.cookies.get(cookie_name(), "")
    if header:
        g.person = Person(_by_token(header.removeprefix("Bearer ").strip()) or abort(401), None)
    elif cookie and (session := sign_in().session(cookie)):
        g.person = Person(session.name, session)
    public = {"static", "acts.sign_in_page", "acts.signs_in", "health.healthz", "health.readyz"}
    if g.person is None and not window().web.is_open and request.endpoint not in public:
        g.elsewhere = url_for("acts.sign_in_page")


def told() -> tuple[str, bool] | None:
    """The sentence about what was just done, once."""
    person: Person | None = getattr(g, "person", None)
    if person is None or person.session is None:
        return None
    said, person.session.told = person.session.told, None
    return said


@blueprint.get("/sign-in")
def sign_in_page() -> str:
    return render_template("sign_in.html", wrong="")


@blueprint.post("/sign-in")
def signs_in() -> AnyResponse | tuple[str, int]:
    _same_site()
    name = _by_token(request.form.get("token", "").strip())
    if name is None:
        return render_template("sign_in.html", wrong="This is nobody's token."), 403
    answer = redirect(url_for("pages.now"), 303)
    secure = window().web.address.startswith("https://")
    answer.set_cookie(
        cookie_name(),
        sign_in().begin(name),
        max_age=int(LASTS),
        secure=secure,
        httponly=True,
        samesite="Strict",
    )
    return answer


@blueprint.post("/sign-out")
def signs_out() -> AnyResponse:
    _person()
    sign_in().end(request.cookies.get(cookie_name(), ""))
    answer = redirect(url_for("pages.now"), 303)
    answer.delete_cookie(cookie_name(), samesite="Strict", httponly=True)
    return answer


@blueprint.post("/acts/<verb>")
def act(verb: str) -> AnyResponse:
    """Do a person's verb, and say what became of it: on the next page, or to a program in plain text."""
    person = _person()
    do = VERBS.get(verb)
    if do is None:
        abort(404)
    why = " ".join(request.form.get("why", "").split())
    if not why or len(why) > MOST_WHY or not why.isprintable():
        done = Done("Nothing was done: write a reason, of at most 300 characters.", False)
    else:
        done = _tried(do, Operator(person.name, LOGIN), why)
    if person.session is None:
        return Response(f"{done.sentence}\n", 200 if done.fine else 409, mimetype="text/plain")
    person.session.told = done.sentence, done.fine
    desk, ticket = request.form.get("desk", ""), request.form.get("ticket", "")
    back = url_for("pages.ticket", desk=desk, ticket=ticket) if ticket else url_for("pages.now")
    return redirect(back, 303)


def _tried(do: Callable[[Operator, str], Done], who: Operator, why: str) -> Done:
    try:
        done = do(who, why)
    except Unwritten as error:
        return Done(str(error), False)
    if done.event:
        about = {name: request.form[name] for name in ("desk", "ticket") if request.form.get(name)}
        log.event(done.event, **about, **who.detail(why))
    return done


def _pause(who: Operator, why: str) -> Done:
    if window().ledger.pause(why, who):
        return Done("It was paused already; the first reason stays.", False)
    return Done("Paused: no pass is issued until somebody resumes.", True, Event.PAUSED)


def _resume(who: Operator, why: str) -> Done:
    if window().ledger.resume(who, why):
        return Done("Passes are issued again.", True, Event.RESUMED)
    return Done("It wasn't paused.", False)


def _revoke(who: Operator, why: str) -> Done:
    there = window()
    done = verbs.revoke(there.ledger, there.issuer, _key(), who, why)
    sentence = done.answer.sentence if done.answer else str(done.unwritten)
    return _said(done.answer, sentence, done.deletion, Event.REVOCATION_REQUESTED)


def _reissue(who: Operator, why: str) -> Done:
    there = window()
    answer, deletion = verbs.reissue(there.ledger, there.issuer, _key(), who, why)
    return _said(answer, answer.sentence, deletion, Event.REISSUE_REQUESTED)


def _release(who: Operator, why: str) -> Done:
    answer = window().ledger.release(*_key(), who, why)
    return _said(answer, answer.sentence, None, Event.RELEASED)


def _said(answer: VerbResult | None, sentence: str, deletion: Deletion | None, event: Event) -> Done:
    url, desk = _key()[0], request.form.get("desk", "")
    fine = bool(answer and answer.done) and not (deletion and deletion.exit_code)
    whole = f"{sentence.replace(url, desk)} {deletion.sentence if deletion else ''}".strip()
    return Done(whole, fine, event if answer and answer.done else None)


VERBS: Final[dict[str, Callable[[Operator, str], Done]]] = {
    "pause": _pause,
    "resume": _resume,
    "revoke": _revoke,
    "release": _release,
    "reissue": _reissue,
}


def _key() -> tuple[str, str]:
    desk = request.form.get("desk", "")
    return window().urls.get(desk, desk), request.form.get("ticket", "")


def _person() -> Person:
    """Whoever asks, signed in, from a form of ours. Aborts otherwise."""
    person: Person | None = g.person
    if person is None:
        abort(403)
    if person.session is not None:
        _same_site()
        sent = request.form.get("csrf", "")
        if not hmac.compare_digest(sent.encode(), person.session.csrf.encode()):
            abort(403)
    return person


def _same_site() -> None:
    """Refuse what another site's page sends. Browsers hide the origin (`null`) of a page without referrers,
    as ours are, and say in Sec-Fetch-Site whether it is the same one.
    """
    origin, site = request.headers.get("Origin"), request.headers.get("Sec-Fetch-Site")
    if site not in {None, "same-origin", "none"}:
        abort(403)
    ours = origin is not None and origin.partition("://")[2].lower() in window().web.hosts
    if origin is not None and not ours and (origin != "null" or site != "same-origin"):
        abort(403)


def _by_token(token: str) -> str | None:
    """The person of a token. Aborts where too many were wrong."""
    address = request.remote_addr or ""
    guesses = sign_in().guesses
    if guesses.too_many(address):
        abort(429)
    name = sign_in().whose(token) if token else None
    if name is None:
        guesses.note(address)
    return name
