"""A client of the tests' own, as bare as can be."""

from typing import Any

import requests

from connector.simulators import Graph

NOW = 1_750_000_000.0
CAST = {"ConsistencyLevel": "eventual"}


class Client:
    """A bare client with a token."""

    def __init__(self, graph: Graph, url: str) -> None:
        self.graph, self.url = graph, url
        self.token = graph.tokens.issue().text

    def send(self, method: str, path: str, json: object = None, **headers: str) -> requests.Response:
        url = path if path.startswith("http") else f"{self.url}/v1.0/{path}"
        headers = {"Authorization": f"Bearer {self.token}", **headers}
        return requests.request(method, url, json=json, headers=headers, timeout=5)

    def get(self, path: str, **headers: str) -> Any:
        reply = self.send("GET", path, None, **headers)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def ids(self, path: str, **headers: str) -> list[str]:
        return [row["id"] for row in self.get(path, **headers)["value"]]

    def error(self, method: str, path: str, json: object = None, **headers: str) -> tuple[int, str, str]:
        reply = self.send(method, path, json, **headers)
        error = reply.json()["error"]
        return reply.status_code, error["code"], error["message"]

    def make(self, key: str, **body: object) -> Any:
        reply = self.send("POST", f"users/{key}/authentication/temporaryAccessPassMethods", body)
        assert reply.status_code == 201, reply.text
        return reply.json()

    def passes(self, key: str) -> Any:
        return self.get(f"users/{key}/authentication/temporaryAccessPassMethods")["value"]


def methods(key: str) -> str:
    return f"users/{key}/authentication/temporaryAccessPassMethods"


def batch(*urls: str, **more: Any) -> dict[str, Any]:
    return {"requests": [{"id": str(n), "method": "GET", "url": url, **more} for n, url in enumerate(urls)]}
