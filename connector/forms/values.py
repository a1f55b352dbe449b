"""The kinds of values that keys take. Each reads what a person writes; its ValueError is the sentence they
get.
"""

from __future__ import annotations

import re
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import SplitResult, urlsplit

from pydantic import (
    AfterValidator,
    BeforeValidator,
    PlainValidator,
    StrictBool,
    StrictInt,
    ValidationInfo,
    WithJsonSchema,
)

from connector.domain.durations import DURATION, Limit, duration, limit, written
from connector.forms.form import SecretValueError, context_of
from connector.forms.mistakes import quote
from connector.forms.references import NameReference, SecretReference, name_reference, secret_reference
from connector.forms.sentences import ONE_TEXT

GUID = r"[0-9A-Fa-f]{8}-([0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}"
FIELD = r"[A-Za-z0-9_]+(\.[A-Za-z0-9_]+)*"


def _schema(pattern: str, **more: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": f"^({pattern})$", **more})


def one_text(value: object) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        raise ValueError("this is empty; write a value, or take it out")
    if isinstance(value, bool | int):
        raise ValueError(f'this must be a text; write "{str(value).lower()}" in quotes')
    raise ValueError(ONE_TEXT)


def field_name(value: object) -> str:
    """A field of a ticket, as its desk names it."""
    text = one_text(value)
    if not re.fullmatch(FIELD, text):
        raise ValueError(
            f"{quote(text)} can't be a field; its name is letters, digits, _ and dots, such as "
            "caller_id.user_name"
        )
    return text


def _label(value: object) -> str:
    text = one_text(value)
    if not text.strip() or text != text.strip() or not text.isprintable() or len(text) > 64:
        raise ValueError("a name is 1 to 64 characters on one line; write one such as contoso-desk")
    return text


def _guid(value: object) -> str:
    text = one_text(value)
    if not re.fullmatch(GUID, text):
        raise ValueError(
            f"{quote(text)} is no object id; copy it from Entra, such as 6f1967b7-15e8-4935-ac26-d50770ed07a7"
        )
    return text.lower()


def _address(value: object) -> str:
    text = one_text(value)
    if not re.fullmatch(r"[^\s@<>,;:\"()\[\]]+@[^\s@<>,;:\"()\[\]]+\.[^\s@<>,;:\"()\[\]]+", text):
        raise ValueError(f"{quote(text)} is no mail address; write one such as servicedesk@contoso.com")
    return text


def service_address(example: str, vendor: str = "", api: str = "") -> PlainValidator:
    """An address of a service. `vendor`: a pattern of hosts behind which no path belongs. `api`: a pattern
    of paths that passdesk adds itself, or that people have in their browser, on whatever host.
    """
    return PlainValidator(partial(_service, example=example, vendor=vendor, api=api))


def _service(value: object, *, example: str, vendor: str, api: str) -> str:
    """An address with https, or plain http on loopback. Lower-case host, no slash at the end."""
    text = one_text(value)
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = SplitResult("", "", "", "", ""), "", None
    if not host or parts.scheme not in {"http", "https"} or not re.fullmatch(r"[!-~]+", text):
        raise ValueError(f"{quote(text)} is no address of a service; write one such as {example}")
    if parts.username is not None or parts.password is not None:
        raise SecretValueError(
            "a user or password doesn't belong in an address; write them under auth, as references"
        )
    name = f"[{host}]" if ":" in host else host
    shown_port = "" if port in {None, 443 if parts.scheme == "https" else 80} else f":{port}"
    here, path = f"{parts.scheme}://{name}{shown_port}", parts.path.rstrip("/")
    if vendor and path and re.search(rf"(^|\.)({vendor})$", host):
        raise ValueError(f"the address has something after its host; write {here}")
    if api and (found := re.search(rf"/({api})(/.*)?$", path, re.IGNORECASE)):
        raise ValueError(
            f"passdesk adds the path {quote(found[0])} itself; write {here}{path[: found.start()]}"
        )
    if parts.query or parts.fragment or "?" in text or "#" in text:
        raise ValueError(f"the address has something after ? or #; write {here}{path}")
    if parts.scheme == "http" and not _is_loopback(host):
        raise ValueError(f"plain http sends secrets in the clear; write https://{text.partition('://')[2]}")
    return here + path


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _listen(value: object) -> str:
    """HOST:PORT, with an IPv6 address in brackets."""
    text = one_text(value)
    found = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):([0-9]{1,5})", text)
    if not found or int(found[2]) > 65535:
        raise ValueError(f'{quote(text)} is no address to listen on; write one such as "127.0.0.1:8642"')
    return text


def _seconds(value: object, info: ValidationInfo) -> object:
    return duration(value) if context_of(info) else value


def between(least: int, most: int | None = None) -> AfterValidator:
    """Seconds, both ends included."""

    def check(seconds: float) -> float:
        if seconds < least:
            raise ValueError(f"this is {written(int(seconds))}; write {written(least)} or more")
        if most is not None and seconds > most:
            raise ValueError(f"this is {written(int(seconds))}; write {written(most)} or less")
        return seconds

    return AfterValidator(check)


def _limit(value: object) -> Limit:
    return value if isinstance(value, Limit) else limit(value)


def _secret(value: object, info: ValidationInfo) -> SecretReference:
    if isinstance(value, SecretReference):
        return value
    context = context_of(info)
    try:
        reference = secret_reference(value, context.folder if context else Path())
    except ValueError as error:
        sentence = str(error)
    else:
        if context and context.secrets and (absent := reference.problem()):
            raise ValueError(absent)
        return reference
    raise SecretValueError(sentence)


def _name(value: object, info: ValidationInfo) -> NameReference:
    if isinstance(value, NameReference):
        return value
    context = context_of(info)
    reference = name_reference(value, context.folder if context else Path())
    if context and context.secrets and (sentence := reference.problem()):
        raise ValueError(sentence)
    return reference


def _path(value: object, info: ValidationInfo) -> Path:
    if isinstance(value, Path):
        return value
    text = one_text(value)
    if not text or not text.isprintable():
        raise ValueError("this must be a path; write one such as /etc/passdesk/certificate.pem")
    context = context_of(info)
    return context.folder / text if context else Path(text)


def text_of_value(value: object) -> str:
    """A value as the desk holds it, where a person may write a number or true: 6 is "6"."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else one_text(value)


_ANY_VALUE = WithJsonSchema({"type": ["string", "integer", "boolean"]})
_DURATION = _schema(DURATION, examples=["90s", "15m", "8h", "2d"])

FieldName = Annotated[str, PlainValidator(field_name), _schema(FIELD, examples=["caller_id.user_name"])]
_LOOPBACK = r"(localhost|127(\.[0-9]{1,3}){3}|\[::1\])(:[0-9]{1,5})?"
_ADDRESS = rf"(https://[^\s/?#@]+|http://{_LOOPBACK})(/[^\s?#]*)?"
_VAULT = r"keyvault:https://[A-Za-z0-9.-]+/secrets/[A-Za-z0-9-]+(/[0-9a-f]+)?"
_SECRET = rf"env:[A-Za-z_][A-Za-z0-9_]*|file:.*\S.*|{_VAULT}"

Label = Annotated[
    str, PlainValidator(_label), WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 64})
]
Guid = Annotated[str, PlainValidator(_guid), _schema(GUID)]
MailAddress = Annotated[str, PlainValidator(_address), _schema(r"[^\s@]+@[^\s@]+\.[^\s@]+")]
ADDRESS = _schema(_ADDRESS)
ServiceUrl = Annotated[str, service_address("https://desk.contoso.com"), ADDRESS]
Listen = Annotated[str, PlainValidator(_listen), _schema(r".+:[0-9]{1,5}", examples=["127.0.0.1:8642"])]
Seconds = Annotated[int, BeforeValidator(_seconds), _DURATION]
Interval = Annotated[float, BeforeValidator(_seconds), _DURATION]
Rate = Annotated[
    Limit, PlainValidator(_limit), _schema("0*[1-9][0-9]{0,8}/0*[1-9][0-9]{0,8}[smhd]", examples=["2/24h"])
]
SecretRef = Annotated[
    SecretReference, PlainValidator(_secret), _schema(_SECRET, examples=["env:CLIENT_SECRET"])
]
NameRef = Annotated[NameReference, PlainValidator(_name), _schema(rf"{_SECRET}|(?![a-z]+:).*\S.*")]
FilePath = Annotated[Path, PlainValidator(_path), WithJsonSchema({"type": "string", "minLength": 1})]
DeskValue = Annotated[str, PlainValidator(text_of_value), _ANY_VALUE]
Flag = StrictBool
Count = StrictInt
