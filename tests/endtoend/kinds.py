"""Each way that a pass is handed over, as a house of its own: a note at either desk, or a mail with a word at
either desk.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.endtoend.house import House
from tests.endtoend.office import Office, bureau
from tests.endtoend.scene import company
from tests.searching import searched

KINDS = ("servicenow", "topdesk", "mail", "topdesk mail")
ANY_KIND = searched(KINDS, "servicenow", "topdesk mail")  # each desk once, and a note and a mail
HANDOVER = {  # the route of the one request that carries the pass
    "servicenow": ("PATCH", "incident"),
    "topdesk": ("PATCH", "incidents"),
    "mail": ("POST", "sendMail$"),
    "topdesk mail": ("POST", "sendMail$"),
}


def mapping(house: House) -> str:
    return "calls.yaml" if isinstance(house, Office) else "incidents.yaml"


@contextmanager
def housed(kind: str, folder: Path) -> Iterator[House]:
    """With Ann Lee, whose manager is Grace Boss."""
    with bureau(folder) if kind.startswith("topdesk") else company(folder) as house:
        house.manage("ann.lee", "grace.boss")
        if kind.endswith("mail"):
            house.mailing(mapping(house))
        yield house
