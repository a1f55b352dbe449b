"""Answers that several places give, in the shapes that errors of TOPdesk have (topdesk.md §4, §9)."""

from connector.simulators.messages import Request, Response
from connector.simulators.topdesk.traps import Shape

NO_ACCESS = "No permission to access the data"


class Refusal(Exception):
    """The environment says no. `shape` is for answers whose shape is documented; None: as the traps say for
    incidents, else a list.
    """

    def __init__(self, status: int, message: str, shape: Shape | None = None, code: str = "invalid") -> None:
        super().__init__(message)
        self.status, self.message, self.shape, self.code = status, message, shape, code

    def response(self, shape: Shape) -> Response:
        return refused(self.status, self.message, self.shape or shape, self.code)


def refused(status: int, message: str, shape: Shape = "list", code: str = "invalid") -> Response:
    match shape:
        case "list":
            return Response.json(status, [{"message": message}])
        case "object":
            return Response.json(status, {"message": message})
        case "errors":
            return Response.json(
                status, {"errors": [{"errorCode": code, "appliesTo": ["body"], "errorMessage": message}]}
            )
        case "text":
            return Response(status, message.encode(), {"Content-Type": "text/plain;charset=UTF-8"})
        case "html":
            return page(status, message)
        case "empty":
            return Response(status)


def page(status: int, message: str) -> Response:
    """A page for people, as the front end sends it."""
    return Response.html(
        f"<!doctype html><html><head><title>TOPdesk</title></head><body><h1>{message}</h1></body></html>",
        status,
    )


def maintenance(status: int = 503) -> Response:
    """The nightly update; with status 200 nothing but the body tells."""
    return page(status, "TOPdesk is being updated. Please try again in a few minutes.")


def too_many(retry_after: str | None = None) -> Response:
    response = refused(429, "Too many requests")
    return response if retry_after is None else response.with_headers({"Retry-After": retry_after})


def not_signed_in(request: Request, shape: Shape) -> Response:
    """The one 401 for every cause but the one that nothing was sent."""
    if shape == "html":
        return page(
            401, "The request has not been applied because it lacks valid authentication credentials."
        )
    sent = "authorization" in request.headers
    return refused(
        401, "No valid authentication token provided" if sent else "No authentication token provided", shape
    )


def not_found() -> Refusal:
    return Refusal(404, "Entity not found")


def not_sortable(field: str) -> Refusal:
    return Refusal(400, f"The value '{field}' for the parameter 'sort' is not valid.")
