"""Who drains the same queue beside passdesk: an administrator's script, and the least that any program must
do. And bare `requests`, which repeats passdesk's own calls.
"""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock, local

import requests

from bench.company import DOMAIN, Company
from bench.process import Ran, timed

COMMITS = 5  # of the floor's ledger for each ticket, as passdesk is to have
KeptCall = tuple[str, str, dict[str, str], bytes]


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
        query = "sysparm_query=category=identity^state=1&sysparm_fields=sys_id,number,caller_id.user_name"
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


def bare(calls: Sequence[KeptCall], workers: int) -> Ran:
    """The very calls that passdesk made, again, with `requests` and nothing else; each answer is read."""
    own = local()

    def one(call: KeptCall) -> None:
        if not hasattr(own, "session"):
            own.session = requests.Session()
        method, url, headers, body = call
        reply = own.session.request(method, url, headers=headers, data=body or None, timeout=30)
        reply.raise_for_status()
        if reply.content:
            reply.json()

    def work() -> None:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(one, calls))

    return timed(work)
