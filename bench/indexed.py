"""Rows that are found by their ids, as services find them: a simulator walks all rows for each question."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from threading import local
from typing import Any

from connector.simulators.messages import Request

_TICKET = re.compile(r"\b[0-9a-f]{32}\b")
_PERSON = re.compile(r"userPrincipalName%20eq%20%27([^%]+)%40|/users/([^/@%]+)(?:@|%40)")


class Indexed(dict[str, Any]):
    """Rows by their ids. Inside of `only`, a thread sees these rows alone when it walks."""

    def __init__(self, rows: dict[str, Any]) -> None:
        super().__init__(rows)
        self._own = local()

    @contextmanager
    def only(self, keys: Collection[str]) -> Iterator[None]:
        """Without keys, nothing is left out."""
        self._own.keys = keys
        try:
            yield
        finally:
            self._own.keys = ()

    def values(self) -> Any:
        keys = getattr(self._own, "keys", ())
        return [self[each] for each in keys if each in self] if keys else super().values()


def tickets_asked(request: Request) -> Collection[str]:
    """The tickets that a question names by their ids; no ticket here has a parent or a child."""
    asked = request.query.get("sysparm_query", "") if request.method == "GET" else ""
    return set(_TICKET.findall(asked)) if asked.startswith(("sys_id", "parent")) else ()


def people_asked(request: Request) -> Collection[str]:
    """The sign-in names, without their domain, that a question or a batch of them looks up."""
    asked = request.target if request.method == "GET" else request.body.decode()
    return {looked_up or named for looked_up, named in _PERSON.findall(asked)}
