"""References in config.yaml: `env:NAME`, `file:PATH`, `keyvault:https://VAULT/secrets/NAME`.

A password, client secret or key is always a reference; a name (user, client id, tenant) may be one. They are
resolved when they are used, each time, so that a changed file is taken up and nothing lies around in memory.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from connector.domain.secret import Secret
from connector.forms.mistakes import no_such, quote

Scheme = Literal["text", "env", "file", "keyvault"]
SCHEMES = ("env", "file", "keyvault")
HOW = "write env:NAME or file:PATH"
_MOST_BYTES = 65_536  # a file of secrets is small; this one is not what was meant
_KEYVAULT = r"https://[A-Za-z0-9.-]+/secrets/[A-Za-z0-9-]+(/[0-9a-f]+)?"


class Unresolved(Exception):
    """The target of a reference isn't there. The message is a sentence with the cure, and never the value."""


@dataclass(frozen=True)
class SecretReference:
    """The place where a secret is kept. Shows the place, never the value."""

    scheme: Scheme
    target: str

    def resolve(self) -> Secret:
        """The secret as it is now. Raises Unresolved."""
        return Secret(_read(self.scheme, self.target))

    def problem(self) -> str:
        """The reason why it can't be resolved now, as a sentence; "" if it can."""
        return _problem(self.scheme, self.target)


@dataclass(frozen=True)
class NameReference:
    """A name that is no secret: written out (scheme `text`), or kept elsewhere."""

    scheme: Scheme
    target: str

    def resolve(self) -> str:
        """The name as it is now. Raises Unresolved."""
        return _read(self.scheme, self.target)

    def problem(self) -> str:
        """The reason why it can't be resolved now, as a sentence; "" if it can."""
        return _problem(self.scheme, self.target)


def secret_reference(text: object, folder: Path) -> SecretReference:
    """Raises ValueError with a sentence that doesn't repeat `text`, which may be the secret itself."""
    if not isinstance(text, str) or not text.startswith(tuple(f"{scheme}:" for scheme in SCHEMES)):
        raise ValueError(f"a secret doesn't belong in this file; {HOW} and keep it there")
    return SecretReference(*_parse(text, folder))


def name_reference(text: object, folder: Path) -> NameReference:
    """Raises ValueError with a sentence that names the cure."""
    if not isinstance(text, str):
        raise ValueError(
            f"this must be a text; write it in quotes: {quote(text)}"
            if text is not None
            else "this is empty; write the name"
        )
    if not text.strip() or not text.isprintable():
        raise ValueError("this must be a text without line breaks; write the name")
    if text.startswith(tuple(f"{scheme}:" for scheme in SCHEMES)):
        return NameReference(*_parse(text, folder))
    if found := re.match(r"([a-z]+):", text):
        raise ValueError(no_such("kind of reference", found[1], [f"{scheme}:" for scheme in SCHEMES]))
    return NameReference("text", text)


def _parse(text: str, folder: Path) -> tuple[Scheme, str]:
    scheme, _, target = text.partition(":")
    if scheme == "env":
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", target):
            raise ValueError(
                "after env: comes the name of an environment variable; write one such as env:DESK_PASSWORD"
            )
        return "env", target
    if scheme == "file":
        if not target.strip() or not target.isprintable():
            raise ValueError("after file: comes a path; write one such as file:/run/secrets/desk")
        return "file", str(folder / target)
    if not re.fullmatch(_KEYVAULT, target):
        raise ValueError("after keyvault: comes an address; write keyvault:https://VAULT/secrets/NAME")
    return "keyvault", target


def _problem(scheme: Scheme, target: str) -> str:
    try:
        _read(scheme, target)
    except Unresolved as unresolved:
        return str(unresolved)
    return ""


def _read(scheme: Scheme, target: str) -> str:
    match scheme:
        case "text":
            return target
        case "env":
            value, absent = _variable(target)
            what = f"the environment variable {target}"
        case "file":
            value, absent = _file(Path(target))
            what = f"the file {target}"
        case "keyvault":
            raise Unresolved(f"keyvault: comes in a later release; for now {HOW}")
    if not value:
        raise Unresolved(f"{what} {absent}")
    return value


def _variable(name: str) -> tuple[str, str]:
    """Its text, as UTF-8 whatever the locale: an ASCII one leaves surrogates, which nobody can send."""
    raw = os.fsencode(os.environ.get(name, ""))
    text = raw.decode("utf-8", errors="replace")
    if "\ufffd" in text:
        return "", "is not UTF-8; set it as UTF-8"
    return text, "is not set; set it where passdesk starts"


def _file(path: Path) -> tuple[str, str]:
    """The text without its last line end; or "" and why. An error of decoding would carry the bytes: none is
    made.
    """
    try:
        with path.open("rb") as file:
            raw = file.read(_MOST_BYTES + 1)
    except OSError as error:
        return "", f"can't be read ({error.strerror}); see that it is there and that passdesk may read it"
    if len(raw) > _MOST_BYTES:
        return "", "is larger than 64 KB; name the file that holds the secret and nothing else"
    text = raw.decode("utf-8-sig", errors="replace").rstrip("\r\n")
    if "\ufffd" in text:
        return "", "is not UTF-8; save it as UTF-8"
    return text, "is empty; write the secret into it"
