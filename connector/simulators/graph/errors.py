"""Graph's no, in its envelope (graph.md §1.4)."""

from datetime import UTC, datetime

from connector.simulators.messages import Response


class GraphError(Exception):
    """Status, code and message. `repeated`: the auth-method routes say the message inside innerError
    again.
    """

    def __init__(self, status: int, code: str, message: str, *, repeated: bool = False) -> None:
        super().__init__(message)
        self.status, self.code, self.message, self.repeated = status, code, message, repeated

    def response(self, now: float, request_id: str, client_request_id: str) -> Response:
        date = datetime.fromtimestamp(int(now), UTC).replace(tzinfo=None).isoformat()
        inner = {"date": date, "request-id": request_id, "client-request-id": client_request_id}
        if self.repeated:
            inner["message"] = self.message
        error = {"code": self.code, "message": self.message, "innerError": inner}
        return Response.json(self.status, {"error": error})


def not_found(what: str) -> GraphError:
    message = (
        f"Resource '{what}' does not exist or one of its queried reference-property objects are not present."
    )
    return GraphError(404, "Request_ResourceNotFound", message)


def bad_request(message: str, code: str = "BadRequest") -> GraphError:
    return GraphError(400, code, message)


def method_refused(message: str) -> GraphError:
    """Refuse as the auth-method routes do: the code says nothing, the message is a hint only."""
    return GraphError(400, "badRequest", message, repeated=True)


def throttled(retry_after: str | None = "2.128") -> Response:
    """429 as sampled in the documentation, with fractional seconds; None: without the header (§5)."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    error = {
        "code": "TooManyRequests",
        "message": "Please retry again later.",
        "innerError": {"status": "429"},
    }
    return Response.json(429, {"error": error}, headers)
