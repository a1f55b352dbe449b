"""A client of the tests' own, as bare as can be."""

from typing import Any

import requests

from connector.simulators import TOPdesk
from connector.simulators.topdesk import Account

NOW = 1_750_000_000.5  # 2025-06-15T15:06:40.500Z


class Client:
    """Basic with the connector's application password; no session, no cookies."""

    def __init__(self, desk: TOPdesk, url: str) -> None:
        self.desk, self.url = desk, url
        self.auth = (desk.account.login, desk.account.password)

    def as_account(self, account: Account) -> "Client":
        other = Client(self.desk, self.url)
        other.auth = (account.login, account.password)
        return other

    def send(
        self, method: str, path: str, body: object = None, accept: str = "*/*", **params: str
    ) -> requests.Response:
        url = f"{self.url}/tas/api/{path}"
        params = {name.replace("__", "$"): value for name, value in params.items()}
        return requests.request(
            method, url, params=params, json=body, auth=self.auth, headers={"Accept": accept}, timeout=5
        )

    def get(self, path: str, **params: str) -> requests.Response:
        return self.send("GET", path, **params)

    def patch(self, incident: str, **body: Any) -> requests.Response:
        return self.send("PATCH", f"incidents/id/{incident}", body)

    def found(self, query: str, path: str = "incidents", **params: str) -> list[str]:
        """The names of what a query finds, in order."""
        reply = self.get(path, query=query, **params)
        if reply.status_code == 204:
            return []
        assert reply.status_code in (200, 206), reply.text
        return [row.get("briefDescription") or row["dynamicName"] for row in reply.json()]

    def refused(self, path: str, **params: str) -> tuple[int, str]:
        """Status and message of an error in the list form."""
        reply = self.get(path, **params)
        return reply.status_code, str(reply.json()[0]["message"])
