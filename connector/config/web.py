"""The section `web`: the status page, and who may act there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from typing import Annotated, Any, ClassVar, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, PlainValidator, ValidationInfo, WithJsonSchema

from connector.forms.form import Context, Form, Problem, context_of, problems_error
from connector.forms.mistakes import quote
from connector.forms.references import Unresolved
from connector.forms.values import Label, Listen, NameRef, SecretRef, ServiceUrl

SHORTEST: Final = 12  # characters of a token: nobody guesses it
PUBLIC_PATH: Final = "not-me"  # of the page that everybody may reach
MADE: Final = "make one with: openssl rand -base64 24"


def host_of(listen: str) -> str:
    """The host of an address and port."""
    return listen.rpartition(":")[0].strip("[]").lower()


def asked_of(url: str) -> str:
    """The `Host` that a browser asks an address for: it leaves out the usual port."""
    usual = ":443" if url.lower().startswith("https:") else ":80"
    return urlsplit(url).netloc.lower().removesuffix(usual)


def port_of(listen: str) -> int:
    return int(listen.rpartition(":")[2])


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches it."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class Public(Form):
    """The page that everybody may reach: the one behind the link in a notice."""

    shape: ClassVar = '{listen: "0.0.0.0:8643", url: https://passdesk.contoso.com}'
    listen: Listen = Field(description="Address and port.", examples=['"0.0.0.0:8643"'])
    url: ServiceUrl = Field(
        description="How it is reached from outside.", examples=["https://passdesk.contoso.com"]
    )

    @property
    def is_https(self) -> bool:
        return self.url.startswith("https://")

    @property
    def page(self) -> str:
        """The address behind which the token of a link stands."""
        return f"{self.url}/{PUBLIC_PATH}"

    @property
    def host(self) -> str:
        """The only `Host` that a browser may ask for."""
        return asked_of(self.url)


class Oidc(Form):
    """How people sign in on the status page with Entra."""

    shape: ClassVar = "{tenant_id: contoso.com, client_id: env:WEB_CLIENT_ID, client_secret: env:WEB_SECRET}"
    tenant_id: NameRef = Field(description="The tenant.", examples=["contoso.onmicrosoft.com"])
    client_id: NameRef = Field(description="The app registration.", examples=["env:WEB_CLIENT_ID"])
    client_secret: SecretRef = Field(description="Its secret.", examples=["env:WEB_CLIENT_SECRET"])


def _proxy(value: object) -> str:
    try:
        return str(ip_address(str(value)))
    except ValueError:
        raise ValueError(f"{quote(value)} is no IP address; write the proxy's, such as 10.0.0.7") from None


def _operators(found: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
    """One token a person, and none that could be guessed, where they are to be there."""
    context = context_of(info)
    if context is None or not context.secrets:
        return found
    wrong, known = list[Problem](), dict[str, Any]()
    for name, reference in found.items():
        try:
            token = reference.resolve()
        except Unresolved:
            continue  # said already
        if not token.at_least(SHORTEST):
            wrong.append(Problem((name,), f"this token is shorter than {SHORTEST} characters; {MADE}"))
        if twin := next((other for other, theirs in known.items() if theirs == token), None):
            wrong.append(Problem((name,), f"this is the token of {quote(twin)}, too; {MADE}"))
        known[name] = token
    if wrong:
        raise problems_error(wrong)
    return found


class Web(Form):
    """The status page, /healthz, /readyz and /metrics."""

    shape: ClassVar = '{listen: "127.0.0.1:8642"}'
    listen: Listen = Field(
        default="127.0.0.1:8642", description="Address and port.", examples=['"127.0.0.1:8642"']
    )
    operators: Annotated[dict[Label, SecretRef], AfterValidator(_operators)] = Field(
        default={},
        description="Who may act there: a name for the trail, and a token of 12 characters or more, each. "
        "Without any, the page only shows.",
        examples=["{lead: env:LEAD_TOKEN, night: env:NIGHT_TOKEN}"],
    )
    url: ServiceUrl | None = Field(
        default=None,
        description="How it is reached, where that isn't the address that it listens on.",
        examples=["https://passdesk.contoso.com"],
    )
    trusted_proxy: Annotated[str, PlainValidator(_proxy), WithJsonSchema({"type": "string"})] | None = Field(
        default=None,
        description="The IP address of the proxy before it, which does TLS and is believed who calls.",
        examples=["10.0.0.7"],
    )
    public: Public | None = Field(
        default=None,
        description="The page behind the link in a notice, and nothing else: whom it is sent must reach it.",
    )
    oidc: Oidc | None = Field(default=None, description="Sign-in of people with Entra: nothing yet.")

    @classmethod
    def cross_checks(cls, data: Mapping[str, Any], context: Context | None) -> Iterable[Problem]:
        """Beyond this machine, nobody sees or does anything unknown or in the clear."""
        yield from cls._one_address_each(data)
        listen, url = str(data.get("listen", "127.0.0.1:8642")), data.get("url")
        away = not is_loopback(host_of(listen))
        reached = isinstance(url, str) and not is_loopback((urlsplit(url).hostname or "").lower())
        if not (away or reached) or not re.fullmatch(r".+:[0-9]{1,5}", listen):
            return
        lacking = {
            "operators": "operators: {lead: env:LEAD_TOKEN}, for nobody has to sign in",
            "trusted_proxy": "trusted_proxy: 10.0.0.7, a proxy that does TLS, for it would go in the clear",
            "url": "url: https://passdesk.contoso.com, how it is reached",
        }
        cures = [cure for key, cure in lacking.items() if not data.get(key)]
        if cures:
            sentence = f"others than this machine would reach the page; write {'; '.join(cures)}"
            yield Problem(("listen",) if away else ("url",), f"{sentence}; or keep it to 127.0.0.1")

    @classmethod
    def _one_address_each(cls, data: Mapping[str, Any]) -> Iterable[Problem]:
        public, ours = data.get("public"), str(data.get("listen", "127.0.0.1:8642"))
        theirs = public.get("listen") if isinstance(public, dict) else None
        if isinstance(theirs, str) and theirs.rpartition(":")[2] == ours.rpartition(":")[2] != "0":
            sentence = "the status page listens on this port; write another, such as 0.0.0.0:8643"
            yield Problem(("public", "listen"), sentence)

    @property
    def address(self) -> str:
        """The page's own address, as people open it."""
        return self.url or f"http://{self.listen}"

    @property
    def hosts(self) -> frozenset[str]:
        """Every `Host` that a browser may ask for. Another name for our address is an attack (DNS
        rebinding).
        """
        if self.url:
            return frozenset({asked_of(self.url)})
        names = {"localhost", "127.0.0.1", "[::1]", self.listen.rpartition(":")[0].lower()}
        return frozenset(f"{each}:{port_of(self.listen)}" for each in names)

    @property
    def is_open(self) -> bool:
        """Tell whether whoever reaches it may look: only this machine does."""
        return is_loopback(host_of(self.listen)) and (
            self.url is None or is_loopback((urlsplit(self.url).hostname or "").lower())
        )
