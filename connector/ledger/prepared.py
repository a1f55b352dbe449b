"""Statements that are built and compiled once, and run as the driver's own text.

Building a statement, and letting SQLAlchemy look it up and bind it, takes longer than running it. So what
each ticket runs is compiled once a kind of database, and handed to the driver with plain values.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ClauseElement

Values = Sequence[Any]


@cache
def _dialect(kind: str) -> Dialect:
    if kind == "sqlite":
        return sqlite.dialect(paramstyle="named")
    from sqlalchemy.dialects.postgresql import psycopg

    made: Dialect = psycopg.dialect()  # type: ignore[no-untyped-call]
    return made


def errors(kind: str) -> tuple[type[Exception], ...]:
    """The errors of a kind's driver."""
    if kind == "sqlite":
        return (sqlite3.Error,)
    import psycopg

    return (psycopg.Error,)


class Prepared:
    """A statement whose parameters are all named.

    `unless_there`: an insert that a unique index may turn down. `in_place_of`: the columns of a key, where an
    insert replaces the row that has it.
    """

    def __init__(
        self, statement: ClauseElement, *, unless_there: bool = False, in_place_of: Sequence[str] = ()
    ) -> None:
        self.statement = statement
        self.ending = " ON CONFLICT DO NOTHING" if unless_there else ""
        if in_place_of and isinstance(statement, Insert):
            rest = [each.name for each in statement.table.columns if each.name not in in_place_of]
            put = ", ".join(f'"{each}" = excluded."{each}"' for each in rest)
            self.ending = f" ON CONFLICT ({', '.join(in_place_of)}) DO UPDATE SET {put}"

    @cache  # noqa: B019  # a handful of them, made at import
    def compiled(self, kind: str) -> tuple[str, Mapping[str, Any]]:
        """The text for a kind of database, and the values that it has already."""
        made = self.statement.compile(dialect=_dialect(kind))
        assert isinstance(made, SQLCompiler)
        known = {name: value for name, value in made.params.items() if value is not None}
        return f"{made}{self.ending}", known


class Driver:
    """The driver's connection beneath a transaction's. Raises what `errors` names."""

    def __init__(self, db: Connection) -> None:
        self.raw: Any = db.connection.driver_connection
        self.kind = db.dialect.name

    def rows(self, statement: Prepared, **values: Any) -> list[Values]:
        """All that a query finds."""
        found: list[Values] = self._run(statement, values).fetchall()
        return found

    def row(self, statement: Prepared, **values: Any) -> Values | None:
        """The first that a query finds."""
        found: Values | None = self._run(statement, values).fetchone()
        return found

    def write(self, statement: Prepared, values: Mapping[str, Any]) -> int:
        """Run a write; how many rows it changed."""
        changed: int = self._run(statement, values).rowcount
        return changed

    def _run(self, statement: Prepared, values: Mapping[str, Any]) -> Any:
        text, known = statement.compiled(self.kind)
        return self.raw.execute(text, {**known, **values} if known else values)
