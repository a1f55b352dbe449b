"""A request as it was sent, and the response to it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote


class Headers(Mapping[str, str]):
    """Header fields, found whatever the case of their name. Of a repeated field, the last one counts."""

    def __init__(self, fields: Mapping[str, str] | None = None) -> None:
        self._fields = {name.lower(): value for name, value in (fields or {}).items()}

    def __getitem__(self, name: str) -> str:
        return self._fields[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)


@dataclass(frozen=True)
class Request:
    """One request. `target` is path and query as they were sent, still percent-encoded."""

    method: str
    target: str
    headers: Headers = field(default_factory=Headers, repr=False)  # these hold credentials
    body: bytes = field(default=b"", repr=False)

    @property
    def path(self) -> str:
        """The path as sent, percent-encoded."""
        return self.target.partition("?")[0]

    @cached_property
    def segments(self) -> list[str]:
        """The path's segments, each decoded exactly once."""
        return [unquote(segment) for segment in self.path.strip("/").split("/")]

    @cached_property
    def query(self) -> dict[str, str]:
        """The query's parameters, decoded exactly once; of a repeated one, the last."""
        return dict(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))

    @property
    def base(self) -> str:
        """The address at which the client found us, such as `http://127.0.0.1:49152`."""
        return f"http://{self.headers.get('host', '127.0.0.1')}"

    def json(self) -> Any:
        """The body as JSON. Raises ValueError where it is none."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Response:
    """One response. `Date` and `Content-Length` are added when it is sent."""

    status: int
    body: bytes = field(default=b"", repr=False)  # may hold a pass
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def json(cls, status: int, obj: object, headers: Mapping[str, str] | None = None) -> "Response":
        body = json.dumps(obj, ensure_ascii=False).encode()
        return cls(status, body, {"Content-Type": "application/json;charset=UTF-8", **(headers or {})})

    @classmethod
    def html(cls, text: str, status: int = 200) -> "Response":
        return cls(status, text.encode(), {"Content-Type": "text/html;charset=UTF-8"})

    def with_headers(self, headers: Mapping[str, str]) -> "Response":
        return replace(self, headers={**self.headers, **headers})
