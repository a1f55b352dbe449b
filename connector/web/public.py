"""The page behind the link in a notice: "this wasn't me". One path, and nothing else is told or done here.

Mail scanners open links, and some submit forms. So a GET does nothing and asks the ledger nothing; a POST
must choose an answer that none is chosen for, leave a field empty that people don't see, and not come quicker
than anybody reads. docs/decisions/0032
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, Response, abort, render_template, request
from werkzeug.exceptions import HTTPException

from connector import log
from connector.config.web import PUBLIC_PATH, Public
from connector.domain.errors import PassdeskError
from connector.ledger.disowning import Answer
from connector.web.public_words import LANGUAGES, TEMPLATES, words
from connector.web.throttle import Throttle

STYLE: Final = (TEMPLATES / "not_me.css").read_text("utf-8")
TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{20,80}", re.ASCII)
QUICKEST: Final = 2.0  # s in which nobody reads the page and answers
OLDEST: Final = 86400.0  # s that a page may lie open
A_MINUTE: Final = 20  # links from one address that don't work
IN_ALL: Final = 300  # the same of all, a minute
STATUS: Final = {"done": 200, "fine": 200, "again": 200, "choose": 400, "gone": 404, "busy": 503}
_HASH: Final = base64.b64encode(sha256(STYLE.encode()).digest()).decode()
HEADERS: Final = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_HASH}'; img-src data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


@dataclass
class Door:
    """What the page needs. `disown`: takes a link's token, raises PassdeskError; `now`: epoch seconds."""

    public: Public
    disown: Callable[[str], Answer]
    now: Callable[[], float]
    phone: str = ""
    from_one: Throttle = field(default_factory=lambda: Throttle(A_MINUTE))
    from_all: Throttle = field(default_factory=lambda: Throttle(IN_ALL))


def public_site(door: Door) -> Flask:
    """The application. It keeps no state of its own."""
    app = Flask("connector.web", static_folder=None, template_folder="templates")
    app.config["MAX_CONTENT_LENGTH"] = 4 * 1024
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    path = f"{urlsplit(door.public.url).path}/{PUBLIC_PATH}/<token>"
    options = {"provide_automatic_options": False}
    app.add_url_rule(path, "ask", lambda token: ask(door), methods=["GET"], **options)
    app.add_url_rule(path, "answer", lambda token: answer(door, token), methods=["POST"], **options)
    app.before_request(lambda: _known_host(door))
    app.after_request(lambda response: _headed(door, response))
    app.register_error_handler(HTTPException, lambda error: _refused(door, error))
    app.register_error_handler(Exception, lambda error: _broken(door, error))
    return app


def ask(door: Door) -> tuple[str, int]:
    """The question, the same for every link, whether it works or not."""
    return _page(door, "ask", 200)


def answer(door: Door, token: str) -> tuple[str, int]:
    """Do what was chosen. A link that never worked and one whose time is over are told apart by nothing."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    ours = origin in {None, "null"} or str(origin).partition("://")[2].lower() == door.public.host
    if site not in {None, "same-origin", "none"} or not ours:
        abort(403)
    chosen = request.form.get("answer")
    if chosen not in {"yes", "no"} or request.form.get("website") or not _read(door):
        return _page(door, "choose", STATUS["choose"])
    if chosen == "yes":
        return _page(door, "fine", STATUS["fine"])
    try:
        became = door.disown(token) if TOKEN.fullmatch(token) else Answer.GONE
    except PassdeskError:
        return _page(door, "busy", STATUS["busy"])
    flooded = became is Answer.GONE and door.from_one.too_many(request.remote_addr or "")
    if flooded or (became is Answer.GONE and door.from_all.too_many("")):
        abort(429)  # whoever guesses; a link that works is never kept back by others' answers
    name = {Answer.DONE: "done", Answer.AGAIN: "again", Answer.GONE: "gone"}[became]
    return _page(door, name, STATUS[name])


def _read(door: Door) -> bool:
    """Tell whether the page was open as long as somebody needs who reads it."""
    opened = request.form.get("opened", "")
    return opened.isascii() and opened.isdigit() and QUICKEST <= door.now() - int(opened[:12]) <= OLDEST


def _known_host(door: Door) -> None:
    if request.host.lower() != door.public.host:
        abort(400)


def _headed(door: Door, response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers[name] = value
    response.headers.pop("Server", None)
    if door.public.is_https:
        response.headers["Strict-Transport-Security"] = "max-age=31536000"
    return response


def _refused(door: Door, error: HTTPException) -> tuple[str, int]:
    code = error.code or 500
    name = "slowly" if code == HTTPStatus.TOO_MANY_REQUESTS else "nothing"
    return _page(door, name, code)


def _broken(door: Door, error: Exception) -> tuple[str, int]:
    log.failed("the page behind a notice", error)
    return _page(door, "busy", 500)


def _page(door: Door, name: str, status: int) -> tuple[str, int]:
    language = _language()
    said = words(language)
    known = {
        "language": language,
        "words": said,
        "title": said[f"{name}.title"],
        "sentences": said[f"{name}.text"].split("\n"),
        "asks": name in {"ask", "choose"},
        "alarm": name in {"busy", "gone", "slowly"},
        "phone": door.phone,
        "opened": int(door.now()),
        "style": STYLE,
    }
    return render_template("not_me.html", **known), status


def _language() -> str:
    """The mail's, else the browser's."""
    asked = request.args.get("l", "")
    return asked if asked in LANGUAGES else request.accept_languages.best_match(LANGUAGES, "en") or "en"
