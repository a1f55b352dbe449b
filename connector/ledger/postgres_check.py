"""What `check` can tell of a ledger's server: whether what is answered survives, and how fast it is."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import Connection

from connector.domain.finding import CheckResult
from connector.domain.steady import steady

WHAT: Final = "ledger"
COMMITS: Final = 5  # of a delivered ticket
_TRIES: Final = 5
_SETTINGS: Final = (
    "select current_setting('server_version'), pg_is_in_recovery(), current_setting('fsync'), "
    "current_setting('full_page_writes'), current_setting('synchronous_standby_names'), "
    "(select count(*) from pg_stat_replication), "
    "coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false), inet_server_addr() is null"
)
# Written to the server's log of changes alone, and waited for like any commit: no table changes.
_COMMIT: Final = "select pg_logical_emit_message(true, 'passdesk', '')"


def findings(db: Connection) -> Iterator[CheckResult]:
    """Look at the server behind a connection in autocommit mode."""
    version, standby, fsync, pages, names, followers, tls, local = db.exec_driver_sql(_SETTINGS).one()
    yield CheckResult(WHAT, True, f"a PostgreSQL server, release {version}")
    if standby:
        cure = "write the primary's address in ledger.url"
        yield CheckResult(WHAT, False, "its server is a standby, which takes no writes", cure)
        return
    if off := [name for name, value in (("fsync", fsync), ("full_page_writes", pages)) if value != "on"]:
        says = f"a power cut of its server loses what was decided: {' and '.join(off)} is off"
        yield CheckResult(WHAT, False, says, f"set {off[0]} = on there")
    if followers and not names:
        says = "a standby may take over without what was decided last, so that a pass is made twice"
        yield CheckResult(WHAT, None, says, "set synchronous_standby_names on its server")
    if not tls and not local:
        says = "the connection to its server isn't encrypted"
        yield CheckResult(WHAT, None, says, "write ?sslmode=verify-full&sslrootcert=FILE behind ledger.url")
    yield _speed(db)


def _speed(db: Connection) -> CheckResult:
    began = steady()
    for _ in range(_TRIES):
        db.exec_driver_sql(_COMMIT)
    each = (steady() - began) / _TRIES
    most = 1 / (each * COMMITS)
    says = f"a commit takes {each * 1000:.1f} ms: over all replicas, at most {most:.0f} passes a second"
    return CheckResult(WHAT, True, f"{says}, since the trail is one chain")
