"""Statements that are built and compiled once, and run as the driver's own text.

Building a statement, and letting SQLAlchemy look it up and bind it, takes longer than running it. So each is
compiled once a kind of database, and handed to the driver with plain values.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import Insert
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.expression import ClauseElement

Values = Sequence[Any]
NOTHING: Final[Mapping[str, Any]] = {}
PIECE: Final = 500  # rows that are fetched at a time


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
    """A statement whose parameters are named, or have their values already, which are `null()` and never
    None.

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
        self._made: dict[str, tuple[str, Mapping[str, Any]]] = {}

    def compiled(self, kind: str) -> tuple[str, Mapping[str, Any]]:
        """The text for a kind of database, and the values that it has already."""
        if kind not in self._made:
            made = self.statement.compile(dialect=_dialect(kind), compile_kwargs={"render_postcompile": True})
            assert isinstance(made, SQLCompiler)
            known = {name: value for name, value in made.params.items() if value is not None}
            self._made[kind] = f"{made}{self.ending}", known
        return self._made[kind]


class Driver:
    """A driver's connection inside a transaction. Raises what `errors` names."""

    def __init__(self, raw: Any, kind: str) -> None:
        self.raw, self.kind = raw, kind

    def rows(self, statement: Prepared, **values: Any) -> list[Values]:
        """All that a query finds."""
        found: list[Values] = self._run(statement, values).fetchall()
        return found

    def each(self, statement: Prepared, **values: Any) -> Iterator[Values]:
        """What a query finds, a piece at a time."""
        found = self._run(statement, values)
        while some := found.fetchmany(PIECE):
            yield from some

    def row(self, statement: Prepared, **values: Any) -> Values | None:
        """The first that a query finds."""
        found: Values | None = self._run(statement, values).fetchone()
        return found

    def value(self, statement: Prepared, **values: Any) -> Any:
        """The first column of the first that a query finds; None where it finds nothing."""
        found = self.row(statement, **values)
        return found[0] if found else None

    def write(self, statement: Prepared, values: Mapping[str, Any] = NOTHING) -> int:
        """Run a write; how many rows it changed."""
        changed: int = self._run(statement, values).rowcount
        return changed

    def write_each(self, statement: Prepared, every: Sequence[Mapping[str, Any]]) -> None:
        """Run a write for each of these."""
        text, known = statement.compiled(self.kind)
        if every:
            self.raw.cursor().executemany(text, [{**known, **values} for values in every])

    def _run(self, statement: Prepared, values: Mapping[str, Any]) -> Any:
        text, known = statement.compiled(self.kind)
        return self.raw.execute(text, {**known, **values} if known else values)
