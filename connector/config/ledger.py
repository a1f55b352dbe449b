"""The ledger's address: a file, or a PostgreSQL server."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

from pydantic import Field, PlainValidator, ValidationInfo, WithJsonSchema

from connector.forms.form import Form, SecretValueError, context_of
from connector.forms.references import SecretReference, secret_reference
from connector.forms.values import SecretRef

_PASSWORDS = frozenset({"password", "sslpassword"})
_SERVER = r"postgres(?:ql)?(?:\+\w+)?:"
LEDGER_URL: Any = {
    "type": "string",
    "pattern": "^(sqlite:///(?!:memory:)[^?#]+|postgresql(\\+psycopg)?://[^:#]*(:[0-9]+)?/[^#]+)$",
}


class LedgerUrl(str):
    """The address of the ledger. `secret`: the password of a server's user; `password`: one that stands
    beside a file, which has no use for it.
    """

    secret: SecretReference | None = None
    password: SecretReference | None = None


def ledger_url(value: object, info: ValidationInfo) -> LedgerUrl:
    """An address, or a section with one."""
    if not isinstance(value, dict):
        return LedgerUrl(_address(value, info))
    section = LedgerSection.model_validate(value, context=info.context)
    made = LedgerUrl(section.url)
    if made.startswith("sqlite:"):
        made.password = section.password
    else:
        made.secret = section.password
    return made


def address(value: str, folder: Path) -> LedgerUrl:
    """An address that stands elsewhere than in config.yaml. Raises ValueError, which shows no password."""
    return LedgerUrl(_address_in(value, folder))


def password_at(reference: str | None, folder: Path) -> SecretReference | None:
    """A password that stands elsewhere than in config.yaml. Raises ValueError, which doesn't show it."""
    return None if reference is None else secret_reference(reference, folder)


def _address(value: object, info: ValidationInfo) -> str:
    context = context_of(info)
    return _address_in(value, context.folder.absolute() if context else None)


def _address_in(value: object, folder: Path | None) -> str:
    """An SQLAlchemy URL; the path of an SQLite file is made absolute. A URL may hold a password, which is a
    mistake: it is never shown.
    """
    if isinstance(value, str) and re.match(_SERVER, value):
        return _server(value)
    found = re.fullmatch(r"sqlite:///([^?#]+)", value) if isinstance(value, str) else None
    if not found or not found[1].isprintable():
        raise SecretValueError(
            "this is no ledger; write sqlite:/// and a path, such as sqlite:///passdesk.db, or "
            "postgresql+psycopg://USER@HOST/DATABASE"
        )
    if ":memory:" in found[1]:
        raise ValueError(
            "a ledger in memory forgets who has a pass; write a file, such as sqlite:///passdesk.db"
        )
    return f"sqlite:///{folder / found[1]}" if folder else str(value)


def _server(text: str) -> str:
    scheme, _, rest = text.partition("://")
    if scheme not in ("postgresql", "postgresql+psycopg"):
        raise SecretValueError("passdesk asks a server through psycopg; begin with postgresql+psycopg://")
    try:
        parts = urlsplit(f"postgresql://{rest}")
        port, options = parts.port, dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True))
    except ValueError:
        options, port, parts = {}, None, urlsplit("")
    if parts.password is not None or _PASSWORDS & options.keys() or "@" in parts.path:
        raise SecretValueError(
            "a password doesn't belong in this file; write it beside the address: "
            "{url: postgresql+psycopg://USER@HOST/DATABASE, password: env:NAME}"
        )
    if not text.isprintable() or parts.fragment or not parts.path.strip("/") or port == 0:
        raise SecretValueError(
            "this is no server's address; write postgresql+psycopg://USER@HOST/DATABASE, and what libpq "
            "needs behind it, such as ?sslmode=verify-full"
        )
    return f"postgresql+psycopg://{rest}"


class LedgerSection(Form):
    """The ledger's address, with the password of its server."""

    shape: ClassVar = "{url: postgresql+psycopg://USER@HOST/DATABASE, password: env:PG_PASSWORD}"
    url: Annotated[str, PlainValidator(_address), WithJsonSchema(LEDGER_URL)] = Field(
        description="Where decisions are kept: sqlite:///FILE, or a PostgreSQL server for several replicas.",
        examples=["sqlite:///passdesk.db", "postgresql+psycopg://passdesk@db.example.org/passdesk"],
    )
    password: SecretRef | None = Field(
        default=None, description="Of the server's user.", examples=["env:PG_PASSWORD"]
    )
