"""The managed-identity endpoint of App Service and Functions (graph.md §6.2)."""

import secrets
import time
from collections.abc import Callable

from connector.simulators.messages import Request, Response
from connector.simulators.tokens import Tokens

PATH = "/msi/token"

# Graph's hosts in the clouds (graph.md §6.5).
RESOURCES = frozenset(
    f"https://{host}"
    for host in (
        "graph.microsoft.com",
        "graph.microsoft.us",
        "dod-graph.microsoft.us",
        "microsoftgraph.chinacloudapi.cn",
    )
)


class Identity:
    """`GET /msi/token?api-version=2019-08-01&resource=…` with the secret header gives a token.

    Wrong header 401, no header 400, unknown api-version or resource 400; with `broken` set, 500.
    """

    def __init__(self, tokens: Tokens | None = None, *, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.tokens = tokens or Tokens(clock=clock)
        self.header = secrets.token_hex(16)
        self.broken = False

    def environment(self, url: str) -> dict[str, str]:
        """The variables that App Service sets, for an endpoint served at `url`."""
        return {"IDENTITY_ENDPOINT": url + PATH, "IDENTITY_HEADER": self.header}

    def __call__(self, request: Request) -> Response:
        if request.path != PATH:
            return _refused(404, "there is nothing at this path")
        if request.method != "GET":
            return _refused(405, "only GET is answered")
        if self.broken:
            return _refused(500, "an unexpected error occurred")
        sent = request.headers.get("x-identity-header")
        if sent is None:
            return _refused(400, "the header X-IDENTITY-HEADER is missing")
        if not secrets.compare_digest(sent.encode(), self.header.encode()):
            return _refused(401, "the header X-IDENTITY-HEADER is wrong")
        if request.query.get("api-version") != "2019-08-01":
            return _refused(400, "the api-version is missing or not supported")
        resource = request.query.get("resource", "")
        if resource not in RESOURCES:
            return _refused(400, "the resource is missing or unknown in this tenant")
        token = self.tokens.issue(resource)
        return Response.json(
            200,
            {
                "access_token": token.text,
                "expires_on": str(token.expires_on),
                "resource": resource,
                "token_type": "Bearer",
                "client_id": self.tokens.app_id,
            },
        )


def _refused(status: int, message: str) -> Response:
    return Response.json(status, {"statusCode": status, "message": message})
