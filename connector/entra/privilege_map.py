"""The privilege map of the tenant, kept for five minutes: read in the background, used only to refuse."""

from __future__ import annotations

from collections.abc import Callable, Collection
from threading import Lock
from typing import Protocol

from connector.domain import logger as log
from connector.domain.errors import Down
from connector.domain.events import Event
from connector.domain.steady import steady
from connector.entra.privilege_chart import Chart
from connector.guards.evidence import Known, Missing
from connector.guards.paths import Path

FRESH = 300.0  # s after the beginning of the reading: an older map shows nothing
UNREAD = Missing("the privilege map has not been read yet")


class Reads(Protocol):
    """One round of reading."""

    def read(self) -> Known[Chart]:
        """Missing where any part can't be read to the end. Raises Down."""


class TenantMap:
    """Safe to share between threads; each process reads its own. Answers come from what was read last."""

    def __init__(
        self,
        reader: Reads,
        monotonic: Callable[[], float] = steady,
        tell: Callable[..., None] = log.event,
    ) -> None:
        self._reader, self._monotonic, self._say = reader, monotonic, tell
        self._kept: tuple[float, Chart] | None = None
        self._why = UNREAD
        self._busy = Lock()
        self._lost_since: float | None = None
        self._on_demand, self._first = False, Lock()

    def on_demand(self) -> None:
        """Read the map when somebody is first asked about, where a process may have nobody to ask about."""
        self._on_demand = True

    def asked(self) -> None:
        """Somebody is asked about: read the map now if that is on demand. All others wait for it."""
        if not self._on_demand:
            return
        with self._first:
            if self._on_demand:
                self.refresh(quietly=True)
                self._on_demand = False

    def refresh(self, *, quietly: bool = False) -> bool:
        """Read the map anew; True: all of it was read. Never raises: what can't be read leaves the old map,
        until that is too old. Where another thread reads already, nothing is done. `quietly`: no line of the
        log, where each sweep is a process of its own.
        """
        if not self._busy.acquire(blocking=False):
            return False
        try:
            began = self._monotonic()
            found = self._read()
            if isinstance(found, Missing):
                self._why = found
            else:
                self._kept = began, found
            if not quietly:
                self._tell()
            return isinstance(found, Chart)
        finally:
            self._busy.release()

    def paths(self, person: str, groups: Collection[str]) -> Known[tuple[Path, ...]]:
        """Every path of a person that the map knows; `groups` are theirs, by fresh reads."""
        chart = self._fresh()
        return chart if isinstance(chart, Missing) else chart.paths(person, groups)

    def decides(self, owned: str) -> Known[bool]:
        """Tell whether an application or a service principal is privileged as far as the map knows."""
        chart = self._fresh()
        return chart if isinstance(chart, Missing) else chart.decides(owned)

    def alone(self) -> Missing | None:
        """Say why it can't decide alone what a person owns; None: it can."""
        chart = self._fresh()
        return chart if isinstance(chart, Missing) else chart.doubt

    def lacks(self) -> Missing | None:
        """Say why there is no map; None: there is one."""
        chart = self._fresh()
        return chart if isinstance(chart, Missing) else None

    def _fresh(self) -> Known[Chart]:
        kept = self._kept
        if kept and self._monotonic() - kept[0] < FRESH:
            return kept[1]
        return (
            self._why if self._why is UNREAD else Missing(f"the privilege map is not there: {self._why.why}")
        )

    def _read(self) -> Known[Chart]:
        try:
            return self._reader.read()
        except Down as down:
            return Missing(f"{down}")
        except Exception as error:  # noqa: BLE001  # a round never throws: tickets go on with the old map
            return Missing(f"reading it failed ({type(error).__name__})")

    def _tell(self) -> None:
        """A line when the map is lost and one when it is back, none for each round."""
        lacks = self.lacks()
        if lacks and self._lost_since is None:
            self._lost_since = self._monotonic()
            self._say(Event.PRIVILEGE_MAP_LOST, detail=lacks.why)
        elif not lacks and self._lost_since is not None:
            lost, self._lost_since = self._monotonic() - self._lost_since, None
            self._say(Event.PRIVILEGE_MAP_BACK, down_s=round(lost))
