"""Accounts, their application passwords, and the rights of their permission group (topdesk.md §8)."""

import base64
import binascii
import secrets
from dataclasses import dataclass, field
from typing import Literal

from connector.simulators.messages import Request
from connector.simulators.topdesk.traps import Traps

PERMISSIONS = frozenset(
    {
        "rest_api",  # API access → REST API; without it only /version answers
        "application_passwords",  # use them; without it a right password is a 401
        "first_line_read",
        "first_line_write",
        "second_line_read",
        "second_line_write",
        "persons_read",
        "operators_read",
        "operator_groups_read",
    }
)
"""What an installation should have. Further ones: create, archive, escalate, delete_own_memo,
delete_all_memo, login_settings.
"""


@dataclass
class Account:
    """An operator's or a person's login with one application password, made up anew each time."""

    login: str
    card: str = ""  # the id of the operator's or person's card
    kind: Literal["operator", "person"] = "operator"
    permissions: set[str] = field(default_factory=lambda: set(PERMISSIONS))
    password: str = field(
        default_factory=lambda: "-".join(secrets.token_hex(3) for _ in range(4)), repr=False
    )
    expires_at: float | None = None  # seconds since the epoch; None: never
    wrong: int = 0  # passwords in a row

    def may(self, *permissions: str) -> bool:
        return self.permissions.issuperset(permissions)


@dataclass
class Accounts:
    """Every login by its name."""

    known: dict[str, Account] = field(default_factory=dict)

    def add(self, account: Account) -> Account:
        self.known[account.login] = account
        return account

    def signed_in(self, request: Request, traps: Traps, now: float) -> Account | None:
        """The account behind the request's Basic credential; None for whatever is wrong with it."""
        scheme, _, credential = request.headers.get("authorization", "").partition(" ")
        login, _, password = _decoded(credential).partition(":")
        account = self.known.get(login)
        if scheme.lower() != "basic" or account is None:
            return None
        if 0 < traps.lock_out_after <= account.wrong:
            return None
        if not secrets.compare_digest(password.encode(), account.password.encode()):
            account.wrong += 1
            return None
        account.wrong = 0
        expired = account.expires_at is not None and account.expires_at <= now
        return account if account.may("application_passwords") and not expired else None


class MinuteRule:
    """So many calls a minute; nothing is published about limits (§9)."""

    def __init__(self) -> None:
        self._minute = self._calls = 0

    def count(self, now: float) -> int:
        minute = int(now) // 60
        self._calls = self._calls + 1 if minute == self._minute else 1
        self._minute = minute
        return self._calls


def _decoded(credential: str) -> str:
    try:
        return base64.b64decode(credential.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""
