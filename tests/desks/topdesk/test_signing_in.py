"""Login and application password; and no second wrong one."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connector.desks.topdesk.auth import COOLDOWN, topdesk_auth
from connector.domain.errors import Down, SignInRefused
from connector.domain.outcome import DidNot, Retry
from connector.lifecycle.roles import TicketWrite
from tests.desks.topdesk.office import Office, office, password


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path) as made:
        yield made


def test_login_and_password_go_in_each_request_and_nowhere_else(tmp_path: Path) -> None:
    auth = topdesk_auth("contoso-topdesk", password(tmp_path, "gehëim:1"))
    kind, _, pair = auth.headers()["Authorization"].partition(" ")
    assert (kind, b64decode(pair).decode()) == ("Basic", "passdesk:gehëim:1")
    assert "gehëim" not in repr(auth) + str(vars(auth))


def test_a_password_that_is_changed_in_its_file_is_taken_up(there: Office, tmp_path: Path) -> None:
    list(there.desk().poll())
    there.server.account.password = "another"
    password(tmp_path, "another")
    list(there.desk().poll())
    sent = [b64decode(each.headers["Authorization"].split()[1]).decode() for each in there.asked]
    assert sent[0] != sent[-1] == "passdesk:another"


def test_cookies_of_the_desk_are_not_sent_back(there: Office) -> None:
    desk = there.desk()
    list(desk.poll())
    list(desk.poll())
    assert there.server.traps.cookies
    assert all("cookie" not in each.headers for each in there.asked)


@pytest.mark.parametrize("shape", ["list", "html"])
def test_after_one_refusal_no_password_is_tried_for_a_while(there: Office, shape: Any) -> None:
    """Nobody knows after how many an account is locked."""
    made = there.incident()
    there.traps(unauthorized=shape, lock_out_after=2)
    right, there.server.account.password = there.server.account.password, "expired"
    desk = there.desk()
    with pytest.raises(
        SignInRefused, match=r"it doesn't sign passdesk in \(401\): .*; check the login, .* after 5m"
    ):
        list(desk.poll())
    for _ in range(5):
        with pytest.raises(
            SignInRefused, match=r"it refused to sign passdesk in: .*; check the login, .* has expired"
        ) as held:
            list(desk.poll())
    assert held.value.retry_after == COOLDOWN
    done = desk.write(made, TicketWrite("A word."))
    assert isinstance(done, DidNot) and done.retry is Retry.UNCOUNTED
    assert len(there.asked) == 1
    there.server.account.password = right
    there.time[0] += COOLDOWN
    assert [ticket.id for ticket in desk.poll()] == [made]


def test_a_password_that_is_nowhere_is_down_with_the_place_to_look(tmp_path: Path) -> None:
    config = password(tmp_path, "x")
    (tmp_path / "application-password").unlink()
    with pytest.raises(Down, match="application-password can't be read"):
        topdesk_auth("contoso-topdesk", config).headers()


def test_an_expired_password_holds_a_write_back_without_a_word_on_the_ticket(there: Office) -> None:
    made = there.incident()
    there.server.account.expires_at = 1.0
    done = there.desk().write(made, TicketWrite("A word."))
    assert isinstance(done, DidNot) and done.retry is Retry.UNCOUNTED
    assert there.server.actions(made) == []
