"""The web application: what every answer has in common."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from flask import Flask, Response, abort, g, redirect, render_template, request
from markupsafe import Markup
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from connector import log
from connector.domain.errors import PassdeskError
from connector.domain.reasons import MEANINGS
from connector.forms.mistakes import quote
from connector.operating.times import clock, local, span
from connector.web import acts, health, hooks, pages
from connector.web.window import Window

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
_SAID: Final = {
    401: "This token is nobody's.",
    400: "This request isn't one that the page makes.",
    403: "That isn't allowed.",
    404: "There is no such page, or the ledger knows no such ticket.",
    405: "This page is only looked at.",
    413: "This request is too long.",
    429: "Too many tries. Wait a minute.",
}


def site(window: Window) -> Flask:
    """The application. It keeps no state of its own."""
    app = Flask("connector.web", static_folder="static", template_folder="templates")
    app.config["MAX_CONTENT_LENGTH"] = 16 * 1024
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["cures"] = {str(code): each.cure for code, each in MEANINGS.items()}
    app.jinja_env.filters |= {"span": span, "local": local, "clock": clock, "coded": coded}
    app.extensions["window"] = window
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(acts.blueprint)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(hooks.blueprint)
    app.before_request(lambda: _known_host(window))
    app.before_request(_known_person)
    app.after_request(_headed)
    app.context_processor(lambda: _around(window))
    app.register_error_handler(HTTPException, _refused)
    app.register_error_handler(PassdeskError, _no_ledger)
    app.register_error_handler(Exception, _broken)
    return app


def coded(sentence: str, desk: str, ticket: str) -> Markup:
    """A cure as HTML: what stands in backticks is code, about this ticket."""
    told = sentence.replace("DESK TICKET", f'{desk} "{ticket}"').split("`")
    return Markup().join(
        Markup("<code>{}</code>").format(each) if at % 2 else each for at, each in enumerate(told)
    )


def _known_host(window: Window) -> None:
    """Refuse another name for our address, as a page elsewhere would use (DNS rebinding). A desk's call shows
    nothing, and may come by another name.
    """
    if not hooks.is_hook() and request.host.lower() not in window.web.hosts:
        abort(400)


def _known_person() -> AnyResponse | None:
    if hooks.is_hook():
        g.person = None  # a desk is nobody
        return None
    acts.known_person()
    return redirect(g.elsewhere, 303) if "elsewhere" in g else None


def _headed(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint == "static" and response.status_code == 200:
        response.headers["Cache-Control"] = "max-age=300"
    response.headers.pop("Server", None)
    if request.scheme == "https":
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def _around(window: Window) -> dict[str, Any]:
    """What every page shows around itself."""
    person = g.get("person")
    known = {"person": person, "operators": bool(window.web.operators), "here": request.endpoint}
    if "bare" in g or (person is None and not window.web.is_open):
        return known
    return known | {"paused": window.reader.pause_record(), "now": window.now(), "said": acts.told()}


def _refused(error: HTTPException) -> tuple[str, int]:
    code = error.code or 500
    title = HTTPStatus(code).phrase
    return _error(title, _SAID.get(code, "Something is wrong with this request.")), code


def _no_ledger(error: PassdeskError) -> tuple[str, int]:
    return _error("The ledger can't be read", f"{error}"), 503


def _broken(error: Exception) -> tuple[str, int]:
    log.failed(f"the page {quote(request.path)}", error)
    return _error("Something went wrong", "The log has its kind and place. The tickets go on."), 500


def _error(title: str, sentence: str) -> str:
    g.bare = True  # whatever the ledger says
    return render_template("error.html", title=title, sentence=sentence)
