"""The history of columns, which the platform keeps of audited tables (servicenow.md §11)."""

import random

from connector.simulators.servicenow.columns import SYSTEM, Table, text

AUDITED = frozenset({"incident", "sc_request", "sc_req_item", "sc_task"})
_UNKEPT = frozenset(SYSTEM)
Row = dict[str, str]


def history_table() -> Table:
    columns = ("tablename", "documentkey", "fieldname", "oldvalue", "newvalue", "user")
    return Table("sys_audit", {**SYSTEM, **text(*columns)}, display="sys_id")


class History:
    """Changes of columns, one row for each; what a record is made with isn't kept. Ids are drawn apart."""

    def __init__(self, seed: int) -> None:
        self.tables: frozenset[str] = frozenset()  # whose changes are kept
        self._lot = random.Random(f"{seed} history")

    def keep(self, history: Table, table: Table, before: Row, after: Row, by: str, now: str) -> None:
        """Write down each column that a change gave another value."""
        for name in sorted(after) if table.name in self.tables else ():
            if name in _UNKEPT or before.get(name, "") == after[name]:
                continue
            key = f"{self._lot.getrandbits(128):032x}"
            row = {"sys_id": key, "sys_created_on": now, "sys_created_by": by, "user": by}
            row |= {"tablename": table.name, "documentkey": after["sys_id"], "fieldname": name}
            row |= {"oldvalue": before.get(name, ""), "newvalue": after[name]}
            history.rows[key] = dict.fromkeys(history.columns, "") | row
