"""A client of the tests' own, as bare as can be."""

from typing import Any

import requests

from connector.simulators import ServiceNow

NOW = 1_750_000_000.0


class Client:
    """A bare client: one session that keeps no cookies, and the path of the Table API."""

    def __init__(self, desk: ServiceNow, url: str) -> None:
        self.desk, self.url = desk, url
        self.auth: tuple[str, str] | None = (desk.accounts.user, desk.accounts.password)

    def send(
        self,
        method: str,
        path: str,
        json: object = None,
        headers: dict[str, str] | None = None,
        **params: str,
    ) -> requests.Response:
        url = f"{self.url}/api/now/{path}"
        return requests.request(
            method, url, params=params, json=json, auth=self.auth, headers=headers, timeout=5
        )

    def rows(self, query: str = "", table: str = "incident", **params: str) -> list[dict[str, Any]]:
        reply = self.send("GET", f"table/{table}", None, None, sysparm_query=query, **params)
        assert reply.status_code == 200, reply.text
        rows: list[dict[str, Any]] = reply.json()["result"]
        return rows

    def numbers(self, query: str, **params: str) -> list[str]:
        return [row["short_description"] for row in self.rows(query, **params)]
