"""What a session does not do: follow, remember, trust, sign by itself."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from connector.http import connections, transport
from connector.http.service import Answer, NoAnswer, NotSent, Service
from tests.certificates import self_signed
from tests.http.loopback import HANG_UP, Says, in_turn, serving

FINE = Says(200, {})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_never_followed(status: int) -> None:
    with (
        serving(in_turn(FINE)) as elsewhere,
        serving(in_turn(Says(status, None, {"Location": f"{elsewhere.url}/b"}))) as there,
    ):
        Service("desk", there.url).write("POST", "/a", json={}, headers={"Authorization": "Bearer x"})
    assert len(there.asked) == 1
    assert elsewhere.asked == []


def test_no_cookie_is_kept() -> None:
    with serving(in_turn(Says(200, {}, {"Set-Cookie": "JSESSIONID=1; Path=/"}))) as there:
        desk = Service("desk", there.url)
        for _ in range(2):
            desk.read("GET", "/a")
    assert [each.headers["user-agent"] for each in there.asked] == ["passdesk"] * 2
    assert [each.headers.get("cookie") for each in there.asked] == [None, None]


def test_netrc_signs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login root password s3cr3t\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with serving(in_turn(FINE)) as there:
        Service("desk", there.url).read("GET", "/a")
    assert "authorization" not in there.asked[0].headers


def test_loopback_goes_without_the_proxy_and_others_through_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with serving(in_turn(FINE)) as there, serving(in_turn(FINE)) as proxy:
        for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        Service("desk", there.url).read("GET", "/a")
        Service("desk", "http://desk.example.org").read("GET", "/a")
    assert len(there.asked) == 1
    assert [each.headers["host"] for each in proxy.asked] == ["desk.example.org"]


def test_the_environment_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    desk = Service("desk", "http://desk.invalid")
    with serving(in_turn(FINE)) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        assert isinstance(desk.write("POST", "/a", json={}), NotSent)
    assert proxy.asked == []


def test_a_connection_is_used_again_but_not_after_a_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(in_turn(FINE)) as there:
        desk = Service("desk", there.url)
        desk.read("GET", "/a")
        desk.read("GET", "/a")
        assert there.connections == 1
        monkeypatch.setattr(connections, "IDLE", 0.0)
        desk.write("POST", "/a", json={})
        assert there.connections == 2
        desk.close()


@pytest.mark.parametrize("status", [200, 302])
def test_an_answer_without_end_is_no_answer(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    monkeypatch.setattr(transport, "MOST_BYTES", 1000)
    says = Says(status, {"x": "y" * 2000}, {"Location": "https://example.org/"})
    with serving(in_turn(says)) as there:
        failure = transport.exchange(transport.session(there.url, 1), "GET", f"{there.url}/a", (5, 5))
    assert failure == transport.Failure(True, "its answer is too long")


@pytest.fixture
def certificate(tmp_path: Path) -> Iterator[Path]:
    """A self-signed one for 127.0.0.1, with its key; valid on any day, since TLS sees the machine's."""
    key = ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    text = self_signed(key, "desk", names)
    (tmp_path / "desk.pem").write_bytes(text)
    transport.tls.cache_clear()
    yield tmp_path / "desk.pem"
    transport.tls.cache_clear()


def speaking_tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_certificate_that_nobody_vouches_for_is_refused_before_anything_is_sent(certificate: Path) -> None:
    with serving(in_turn(FINE), tls=speaking_tls(certificate)) as there:
        assert Service("desk", there.url).write("POST", "/a", json={}) == NotSent(
            "its certificate isn't trusted"
        )
    assert there.asked == []


def test_a_bundle_of_the_environment_is_trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with serving(in_turn(FINE), tls=speaking_tls(certificate)) as there:
        desk = Service("desk", there.url)
        assert isinstance(desk.write("POST", "/a", json={}), Answer)
        desk.close()


def test_a_certificate_of_another_host_is_refused(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    with serving(in_turn(FINE), tls=speaking_tls(certificate)) as there:
        other = there.url.replace("127.0.0.1", "localhost")
        assert isinstance(Service("desk", other).write("POST", "/a", json={}), NotSent)


def test_a_service_that_speaks_no_tls_is_told_by_that() -> None:
    with serving(in_turn(FINE)) as there:
        secure = there.url.replace("http://", "https://")
        assert Service("desk", secure).write("POST", "/a", json={}) == NotSent("TLS failed")


def test_a_connection_that_broke_is_not_used_again() -> None:
    with serving(in_turn(HANG_UP, FINE, FINE)) as there:
        desk = Service("desk", there.url)
        assert desk.write("POST", "/a", json={}) == NoAnswer("the connection broke")
        for _ in range(2):
            assert isinstance(desk.write("POST", "/a", json={}), Answer)
        assert there.connections == 2
        desk.close()


def test_a_service_that_was_closed_opens_new_connections() -> None:
    with serving(in_turn(FINE)) as there:
        desk = Service("desk", there.url)
        for _ in range(2):
            assert isinstance(desk.write("POST", "/a", json={}), Answer)
            desk.close()
        assert there.connections == 2


def test_all_services_share_one_tls_context() -> None:
    adapters = [
        transport.session(f"https://{host}.example.org", 2).get_adapter("https://x") for host in ("a", "b")
    ]
    pools = [each.poolmanager for each in adapters]  # type: ignore[attr-defined]
    contexts = [each.connection_pool_kw["ssl_context"] for each in pools]
    assert contexts[0] is contexts[1] is transport.tls()
    assert contexts[0].verify_mode is ssl.CERT_REQUIRED
    assert contexts[0].check_hostname
