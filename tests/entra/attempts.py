"""An attempt, and what Graph may answer to its POST."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from connector.domain.people import Subject
from connector.domain.ticket import Attempt
from tests.entra.tenant import ANN
from tests.http.loopback import DATE, Answering, Says

SECRET = "+dr!kzqAD"
START = DATE + 75
ATTEMPT = Attempt(
    1,
    "TAP-7QK3F9C2-1",
    Subject(ANN, "ann.lee@contoso.com", "Ann"),
    None,
    "note:work_notes",
    START,
    3600,
    True,
    75,
)
NO_FENCE = replace(ATTEMPT, fence=0, start=DATE)
PASSES = f"/v1.0/users/{ANN}/authentication/temporaryAccessPassMethods"
HTML = {"Content-Type": "text/html"}


def iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.1234567Z")


def made(**more: Any) -> Says:
    plain = {
        "@odata.type": "#microsoft.graph.temporaryAccessPassAuthenticationMethod",
        "id": "p-1",
        "temporaryAccessPass": SECRET,
        "createdDateTime": iso(DATE),
        "startDateTime": iso(START),
        "lifetimeInMinutes": 60,
        "isUsableOnce": True,
        "isUsable": False,
        "methodUsabilityReason": "NotYetValid",
    }
    return Says(201, {**plain, **more})


def error(status: int, message: str = "", code: str = "badRequest") -> Says:
    return Says(status, {"error": {"code": code, "message": message, "innerError": {"message": message}}})


def posting(says: Says) -> Answering:
    return lambda asked: says if asked.method != "GET" else Says(200, {"value": []})
