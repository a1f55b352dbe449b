"""The tokens that one simulated tenant knows: handed out by the identity endpoint, accepted by Graph."""

import base64
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

GRAPH = "https://graph.microsoft.com"

PERMISSIONS = (
    "UserAuthMethod-TAP.ReadWrite.All",
    "User.Read.All",
    "GroupMember.Read.All",
    "RoleManagement.Read.Directory",
    "RoleEligibilitySchedule.Read.Directory",
    "PrivilegedEligibilitySchedule.Read.AzureADGroup",
    "Application.Read.All",
    "AdministrativeUnit.Read.All",
    "Policy.Read.AuthenticationMethod",
    "Organization.Read.All",
)
"""The application permissions that an installation should have (graph.md §2.1)."""


@dataclass(frozen=True)
class Token:
    """A bearer token with the app roles that it carries; `expires_on` in seconds since the epoch."""

    text: str = field(repr=False)
    expires_on: int
    roles: frozenset[str]


class Tokens:
    """Issues tokens in the shape of a JWT (unsigned) and knows those that it issued."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.time,
        lifetime_s: int = 86_400,
        roles: Iterable[str] = PERMISSIONS,
    ) -> None:
        self.clock = clock
        self.lifetime_s = lifetime_s
        self.roles = frozenset(roles)
        self.app_id = "5b3c9a52-1111-4a6e-9d53-0a8f6a2d7c01"
        self.object_id = "0d9a1b60-2222-4b7f-8e64-1b907b3e8d02"  # of the service principal
        self._lock = threading.Lock()
        self._issued: dict[str, Token] = {}

    def issue(self, resource: str = GRAPH) -> Token:
        now = int(self.clock())
        claims = {
            "aud": resource,
            "appid": self.app_id,
            "oid": self.object_id,
            "iat": now,
            "exp": now + self.lifetime_s,
            "roles": sorted(self.roles),
            "jti": secrets.token_hex(8),
        }
        text = ".".join([_part({"alg": "none", "typ": "JWT"}), _part(claims), secrets.token_urlsafe(16)])
        token = Token(text, now + self.lifetime_s, self.roles)
        with self._lock:
            self._issued[text] = token
        return token

    def known(self, text: str) -> Token | None:
        """The token, if it is one of ours and has not been revoked; it may have expired."""
        with self._lock:
            return self._issued.get(text)

    def revoke_all(self) -> None:
        with self._lock:
            self._issued.clear()


def _part(obj: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(obj).encode()).rstrip(b"=").decode()
