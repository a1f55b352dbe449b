from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from shutil import copy

import pytest
from sqlalchemy import create_engine

from connector.ledger.memory import MemoryLedger
from connector.ledger.migrate import migrate
from connector.ledger.sql import SqlLedger
from tests import made_once, postgres
from tests.ledger.desk import LEASE, LIMITS, AnyLedger, Clock, House
from tests.searching import SEARCH


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger that is migrated and otherwise empty; a copy of it is quicker made than a new one."""
    path = tmp_path_factory.mktemp("ledger") / "template.db"
    engine = create_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@pytest.fixture
def url(tmp_path: Path, template: Path) -> str:
    copy(template, tmp_path / "passdesk.db")
    return f"sqlite:///{tmp_path / 'passdesk.db'}"


def on_sql(url: str, clock: Clock, opened: list[SqlLedger]) -> Callable[[str], AnyLedger]:
    def worker(owner: str) -> SqlLedger:
        opened.append(SqlLedger(url, owner, LEASE, LIMITS, clock, random=Random(7)))
        opened[-1].shared = False  # who needs others says so (test_promises_of_polls.py)
        return opened[-1]

    return worker


def in_memory(clock: Clock) -> Callable[[str], AnyLedger]:
    first = MemoryLedger("nobody", LEASE, LIMITS, clock, Random(7))
    return lambda owner: MemoryLedger.sharing(first.store, owner)


def pytest_itemcollected(item: pytest.Item) -> None:
    """`make quick` keeps the promises on a server; of the rest, SQLite stands for it: the statements are the
    same.
    """
    of_server = isinstance(item, pytest.Function) and "[postgres" in item.name
    if of_server and not item.path.name.startswith("test_promises"):
        item.add_marker(SEARCH)


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    """Any ledger: what is promised of one is promised of the others."""
    clock, opened = Clock(), list[SqlLedger]()
    if request.param == "memory":
        worker = in_memory(clock)
    elif request.param == "sqlite":
        worker = on_sql(request.getfixturevalue("url"), clock, opened)
    else:
        where = request.getfixturevalue("server")
        postgres.emptied(where)
        worker = on_sql(where, clock, opened)
    with made_once.unsynced():
        yield House(clock, worker, worker("worker-1"))
    for ledger in opened:
        ledger.dispose()


@pytest.fixture
def sql(url: str) -> Iterator[House]:
    clock, opened = Clock(), list[SqlLedger]()
    worker = on_sql(url, clock, opened)
    yield House(clock, worker, worker("worker-1"))
    for ledger in opened:
        ledger.dispose()
