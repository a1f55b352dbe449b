"""Ledgers as an older release would have left them."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, MetaData, create_engine

VERSION = "alembic_version"


def older(path: Path, revision: str) -> None:
    """Bring a ledger's file back to the schema of a revision, with all that has a place in it."""
    now, then = create_engine(f"sqlite:///{path}"), create_engine(f"sqlite:///{path}.older")
    with now.begin() as here, then.begin() as there:
        config = Config()
        config.set_main_option("script_location", "connector.ledger:migrations")
        config.attributes["connection"] = there
        command.upgrade(config, revision)
        copied(here, there)
    now.dispose()
    then.dispose()
    for each in ("-wal", "-shm"):
        path.with_name(path.name + each).unlink(missing_ok=True)
    path.with_name(path.name + ".older").replace(path)


def copied(here: Connection, there: Connection) -> None:
    """Copy the rows of the tables that both have, column by column."""
    known, wanted = MetaData(), MetaData()
    known.reflect(here)
    wanted.reflect(there)
    for table in wanted.sorted_tables:
        if table.name == VERSION or table.name not in known.tables:
            continue
        source = known.tables[table.name]
        columns = [source.c[each.name] for each in table.columns if each.name in source.c]
        rows = [dict(each) for each in here.execute(source.select().with_only_columns(*columns)).mappings()]
        there.execute(table.delete())
        if rows:
            there.execute(table.insert(), rows)
