"""TOPdesk with one call, as the connector's Service reaches it: PATCH, trail, DELETE. topdesk.md §0.9,
§0.10, §5
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from html import unescape
from typing import Any

from connector.domain.errors import Down
from connector.http.service import Answer, NoAnswer, Reply
from tests.kill.truth import PASS, Text
from tests.kill.world import LOST, TICKET, World

OWN = "00000000-0000-4000-8000-000000000001"
LOOKS = {"unread": "down", "blind": "refuse"}  # what the look into the trail meets after such a PATCH
LATE = 200  # seconds that a PATCH is on its way after its connection was lost: its attempt is over then


class TOPdesk:
    """What it does to a PATCH with a pass is the fault `deliver`, to one without it `tell`; and `remove`."""

    name = "contoso"

    def __init__(self, world: World) -> None:
        self.world, self.monotonic = world, world.clock

    def read(self, method: str, path: str, **more: Any) -> Answer:
        if path.endswith("/progresstrail"):
            return self.trail()
        if path.endswith("/operators/current"):
            return Answer(200, {"id": OWN})
        if path.endswith("/incidents"):
            shown = self.world.truth.open or "id=in=" in more.get("params", {}).get("query", "")
            return Answer(200, [self.row()]) if shown else Answer(204)
        return Answer(200, self.row())

    def write(self, method: str, path: str, *, json: Any = None) -> Reply:
        return self.remove(path) if method == "DELETE" else self.patch(json)

    def row(self) -> dict[str, Any]:
        truth = self.world.truth
        status = {"name": truth.fields["processingStatus.name"]}
        row = {
            "id": TICKET,
            "number": "INC1",
            "status": "firstLine",
            "closed": not truth.open,
            "completed": False,
        }
        return row | {
            "creationDate": day(truth.time),
            "processingStatus": status,
            "briefDescription": "A pass for Ann",
        }

    def trail(self) -> Answer:
        """Latest first."""
        fault = self.world.fault("trail")
        if fault == "down":
            raise Down(self.name, "it answers 503")
        if fault:
            return Answer(403)
        found = [entry(each) for each in reversed(self.world.truth.texts)]
        return Answer(200, found) if found else Answer(204)

    def patch(self, body: Mapping[str, Any]) -> Reply:
        truth = self.world.truth
        text = unescape(re.sub("<br>", "\n", body.get("action", "")))
        fault = self.world.fault("deliver" if PASS.search(text) else "tell")
        if fault == "refuse":
            return Answer(403, [{"message": "no"}])
        if fault == "late":
            truth.coming.append((truth.time + LATE, text))
        elif fault != "drop":
            if "processingStatus" in body:
                truth.fields["processingStatus.name"] = body["processingStatus"]["name"]
            if text:
                truth.put(text, invisible=body["actionInvisibleForCaller"] and fault != "show")
            if fault in LOOKS:
                truth.faults["trail"] = [LOOKS[fault]]
        self.world.keep()
        return NoAnswer(LOST) if fault in {"lose", "drop", "late"} else Answer(200, self.row())

    def remove(self, path: str) -> Reply:
        fault, truth = self.world.fault("remove"), self.world.truth
        if fault == "refuse":
            return Answer(403)
        truth.texts = [each for each in truth.texts if key(each) != path.rpartition("/")[2]]
        self.world.keep()
        return NoAnswer(LOST) if fault else Answer(204)


def entry(text: Text) -> dict[str, Any]:
    told = text.text.replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br/>")
    return {
        "id": key(text),
        "memoText": told,
        "plainText": text.text,
        "entryDate": day(text.at),
        "invisibleForCaller": text.invisible,
        "operator": {"id": OWN, "name": "passdesk"},
    }


def key(text: Text) -> str:
    return f"00000000-0000-4000-9000-{text.id:012}"


def day(at: int) -> str:
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%dT%H:%M:%SZ}"
