"""The `Host` that a browser asks the page's own address for."""

from __future__ import annotations

import pytest

from connector.config.web import Public, Web


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://passdesk.contoso.com", "passdesk.contoso.com"),
        ("https://Passdesk.contoso.com:443", "passdesk.contoso.com"),
        ("https://passdesk.contoso.com:8443", "passdesk.contoso.com:8443"),
        ("https://passdesk.contoso.com:80", "passdesk.contoso.com:80"),
        ("http://localhost:80", "localhost"),
        ("http://localhost:443", "localhost:443"),
    ],
)
def test_the_usual_port_of_an_address_is_left_out_as_browsers_do(url: str, host: str) -> None:
    assert Public(listen="127.0.0.1:8643", url=url).host == host
    assert Web.model_construct(listen="127.0.0.1:8642", url=url).hosts == {host}
