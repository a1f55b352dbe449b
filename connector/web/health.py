"""/healthz, /readyz and /metrics: for machines."""

from __future__ import annotations

from flask import Blueprint, Response, current_app

from connector.domain.errors import PassdeskError
from connector.operating.standing import swept
from connector.operating.times import span
from connector.web.exposition import exposition
from connector.web.window import Window

blueprint = Blueprint("health", __name__)


def window() -> Window:
    found: Window = current_app.extensions["window"]
    return found


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process lives, and answers."""
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/readyz")
def readyz() -> Response:
    """The work goes on: the ledger can be read, and sweeps come when they should."""
    there = window()
    try:
        sweep = there.reader.recorded("last_sweep")
    except PassdeskError as error:
        return _not_ready(str(error))
    if sweep is None:
        return _not_ready("no sweep has ended yet")
    last = swept(sweep, there.now(), there.config.settings.poll.every)
    if last["late"]:
        return _not_ready(f"no sweep has ended for {span(last['ago_s'])}")
    return Response("ready\n", mimetype="text/plain")


@blueprint.get("/metrics")
def metrics() -> Response:
    return Response(exposition(window()), content_type="text/plain; version=0.0.4; charset=utf-8")


def _not_ready(why: str) -> Response:
    return Response(f"not ready: {why}\n", 503, mimetype="text/plain")
