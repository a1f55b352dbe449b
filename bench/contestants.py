"""Who drains the same queue: passdesk, an administrator's script, and the least that any program must do."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import local

import requests

from bench.company import DOMAIN, Company

COMMITS = 5  # of the floor's ledger for each ticket, as passdesk has
CONFIG = """\
entra: {{credential: {{kind: managed_identity}}, graph_url: {graph}}}
desks:
  contoso:
    kind: servicenow
    url: {desk}
    auth: {{kind: client_credentials, client_id: env:SNOW_ID, client_secret: env:SNOW_SECRET}}
mappings: [incidents.yaml]
workers: {workers}
floor: {{passes_in_all: 1000000/1h, passes_per_requester: 1000/1h, passes_per_subject: 100/1h}}
ledger: {ledger}
log: {{format: json, level: info}}
"""
MAPPING = f"""\
mapping: incidents
desk: contoso
table: incident
watch: {{category: identity, state: [1, 2]}}
values:
  subject: {{from: caller_id.user_name, then: [trim, lower, {{append: "@{DOMAIN}"}}]}}
  requester: {{from: opened_by.user_name, then: [trim, lower, {{append: "@{DOMAIN}"}}]}}
settle: {{delivered: {{state: 2}}}}
"""


@dataclass(frozen=True)
class Ran:
    """Seconds on the clock and of CPU."""

    wall: float
    cpu: float


def timed(work: Callable[[], object]) -> Ran:
    """Run it in a process of its own, forked."""
    reads, writes = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reads)
        began = time.monotonic()
        code = 1
        try:
            work()
            code = 0
        finally:
            spent = os.times()
            os.write(writes, f"{time.monotonic() - began} {spent.user + spent.system}".encode())
            os._exit(code)
    os.close(writes)
    text = os.read(reads, 200).decode()
    os.close(reads)
    _, status = os.waitpid(pid, 0)
    if status:
        raise RuntimeError("a contestant failed")
    wall, cpu = map(float, text.split())
    return Ran(wall, cpu)


def passdesk(company: Company, workers: int) -> Ran:
    """`passdesk once`, as an operator runs it."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        home = Path(folder)
        (home / "incidents.yaml").write_text(MAPPING)
        (home / "config.yaml").write_text(
            CONFIG.format(
                graph=company.graph, desk=company.desk, workers=workers, ledger="sqlite:///passdesk.db"
            )
        )

        def work() -> None:
            os.environ.update(company.environment)
            said = os.open(home / "said", os.O_WRONLY | os.O_CREAT)
            os.dup2(said, 1)
            os.dup2(said, 2)
            from connector.cli.main import outcome

            if outcome(["once", "--config", str(home / "config.yaml")]):
                raise RuntimeError("passdesk failed")

        try:
            return timed(work)
        except RuntimeError:
            raise RuntimeError((home / "said").read_text()[-2000:]) from None


class Client:
    """`requests` as a careful script uses it: a session a thread, signed in once."""

    def __init__(self, company: Company) -> None:
        self.company, self.own = company, local()
        with requests.Session() as session:
            known = company.environment
            told = session.post(
                f"{company.desk}/oauth_token.do",
                data={
                    "grant_type": "client_credentials",
                    "client_id": known["SNOW_ID"],
                    "client_secret": known["SNOW_SECRET"],
                },
            ).json()
            self.desk = {"Authorization": f"Bearer {told['access_token']}", "Accept": "application/json"}
            told = session.get(
                known["IDENTITY_ENDPOINT"],
                params={"api-version": "2019-08-01", "resource": "https://graph.microsoft.com"},
                headers={"X-IDENTITY-HEADER": known["IDENTITY_HEADER"]},
            ).json()
            self.graph = {"Authorization": f"Bearer {told['access_token']}"}

    @property
    def session(self) -> requests.Session:
        if not hasattr(self.own, "session"):
            self.own.session = requests.Session()
        made: requests.Session = self.own.session
        return made

    def call(self, method: str, url: str, headers: dict[str, str], body: object = None) -> dict[str, object]:
        reply = self.session.request(method, url, headers=headers, json=body, timeout=30)
        reply.raise_for_status()
        found: dict[str, object] = reply.json() if reply.content else {}
        return found

    def queue(self) -> list[dict[str, str]]:
        query = "sysparm_query=category=identity^stateIN1,2&sysparm_fields=sys_id,number,caller_id.user_name"
        found = self.call("GET", f"{self.company.desk}/api/now/table/incident?{query}", self.desk)
        rows: list[dict[str, str]] = found["result"]  # type: ignore[assignment]
        return rows

    def user(self, row: dict[str, str]) -> str:
        name = f"{row['caller_id.user_name']}@{DOMAIN}"
        asked = f"{self.company.graph}/v1.0/users/{name}?$select=id,accountEnabled"
        return str(self.call("GET", asked, self.graph)["id"])

    def hand_over(self, row: dict[str, str], person: str) -> None:
        ways = f"{self.company.graph}/v1.0/users/{person}/authentication/temporaryAccessPassMethods"
        made = self.call("POST", ways, self.graph, {"lifetimeInMinutes": 60, "isUsableOnce": True})
        note = {"work_notes": f"Temporary Access Pass: {made['temporaryAccessPass']}", "state": "2"}
        self.call("PATCH", f"{self.company.desk}/api/now/table/incident/{row['sys_id']}", self.desk, note)


def script(company: Company) -> Ran:
    """A good administrator's script: one ticket after the other, three calls each."""

    def work() -> None:
        client = Client(company)
        for row in client.queue():
            client.hand_over(row, client.user(row))

    return timed(work)


def floor(company: Company, workers: int) -> Ran:
    """The least that any program must do: four calls and five durable commits a ticket, in threads."""

    def work() -> None:
        client, commit = Client(company), Commits()

        def one(row: dict[str, str]) -> None:
            commit()
            person = client.user(row)
            client.call("GET", f"{company.desk}/api/now/table/incident/{row['sys_id']}", client.desk)
            for _ in range(COMMITS - 1):
                commit()
            client.hand_over(row, person)

        rows = client.queue()
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(one, rows))

    return timed(work)


class Commits:
    """Durable commits of one row each, one at a time."""

    def __init__(self) -> None:
        from threading import Lock

        self.lock = Lock()
        self.folder = tempfile.TemporaryDirectory(prefix="bench-")
        self.db = sqlite3.connect(
            f"{self.folder.name}/floor.db", isolation_level=None, check_same_thread=False
        )
        for each in ("pragma journal_mode=WAL", "pragma synchronous=FULL", "create table lines (at real)"):
            self.db.execute(each)

    def __call__(self) -> None:
        with self.lock:
            self.db.execute("insert into lines values (?)", (time.time(),))
