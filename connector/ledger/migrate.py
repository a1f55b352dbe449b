"""A ledger is brought to the schema of this release when it is opened."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, inspect, text

from connector.domain.errors import NoLedger
from connector.ledger.trouble import foreign

HEAD = "0012"  # the newest file in migrations/versions


def migrate(engine: Engine, where: str | None = None, *, lock: str = "") -> None:
    """In one transaction. Raises NoLedger where a newer release made the ledger, or another program.

    `where`: what the ledger is called, such as its path. `lock`: a statement that lets one at a time do it.
    """
    where = where or str(engine.url.database)
    with engine.execution_options(reading=True).begin() as db:
        found = revision(db)
        if found == HEAD:
            return  # Alembic need not even be imported
        strange = not inspect(db).has_table("tickets") if found else bool(inspect(db).get_table_names())
    if strange:
        raise foreign(where)
    with engine.begin() as db:
        if lock:
            db.exec_driver_sql(lock)
        if not _upgraded(db):
            raise NoLedger(f"a newer release of passdesk made this ledger; run that one, on {where}")


def revision(db: Connection) -> str | None:
    """The revision of the ledger's schema; None: the ledger is new."""
    if not inspect(db).has_table("alembic_version"):
        return None
    return db.execute(text("select version_num from alembic_version")).scalar_one_or_none()


def _upgraded(db: Connection) -> bool:
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", "connector.ledger:migrations")
    config.attributes["connection"] = db
    try:
        command.upgrade(config, "head")
    except CommandError:
        return False
    return True
