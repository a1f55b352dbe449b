"""Answers that several places give, in ServiceNow's envelope (servicenow.md §1.4)."""

from connector.simulators.messages import Response


class Refusal(Exception):
    """The instance says no: status, message, detail."""

    def __init__(self, status: int, message: str, detail: str | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.detail = status, message, detail

    def response(self) -> Response:
        return refused(self.status, self.message, self.detail)


def refused(status: int, message: str, detail: str | None = None) -> Response:
    return Response.json(status, {"error": {"message": message, "detail": detail}, "status": "failure"})


def not_authenticated() -> Response:
    """The one 401 for every cause: wrong password, blocked Basic, expired token (§8.1, §8.2)."""
    response = refused(401, "User Not Authenticated", "Required to provide Auth information")
    return response.with_headers({"WWW-Authenticate": 'BASIC realm="Service-now"'})


def no_record() -> Refusal:
    """Missing and forbidden look the same."""
    return Refusal(404, "No Record found", "Record doesn't exist or ACL restricts the record retrieval")


def hibernating() -> Response:
    """200 with a page instead of JSON: a developer instance that sleeps."""
    return Response.html("<html><head><title>Instance Hibernating page</title></head><body></body></html>")


def timed_out(rows: list[object] | None = None) -> Response:
    """200 with `error` beside a damaged `result`: the 60 s quota cut the request off (§1.5)."""
    error = {
        "message": "Transaction cancelled: maximum execution time exceeded",
        "detail": (
            "Check logs for error trace or enable glide.rest.debug property to verify REST request processing"
        ),
    }
    return Response.json(200, {"result": [*(rows or [])[:-1], {}], "error": error, "status": "failure"})


def rate_limited(retry_after: str | None = "30", *, limit: int = 100, reset: int = 0) -> Response:
    """429 as a rate-limit rule gives it; without `retry_after` as exhausted semaphores do (§8.5)."""
    detail = f"Rate limit of {limit} requests per hour for Table API exceeded"
    response = refused(429, "Rate limit exceeded", detail)
    if retry_after is None:
        return response
    return response.with_headers({"Retry-After": retry_after, **rate_headers(limit, reset)})


def rate_headers(limit: int, reset: int) -> dict[str, str]:
    """`reset` in seconds since the epoch."""
    rule = "9b6a1f0dc0a80164006f2a0e5a7b1c22"
    return {"X-RateLimit-Limit": str(limit), "X-RateLimit-Reset": str(reset), "X-RateLimit-Rule": rule}
