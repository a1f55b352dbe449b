"""What may leave with a message, and what may not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from connector.alerts import sending
from connector.alerts.message import message
from connector.alerts.sending import Message, send
from connector.domain.conditions import BY_NAME, Condition
from connector.forms.references import SecretReference
from connector.ledger.alerting import Notice
from tests.alerts.webhook import TOKEN, Webhook

ROOT = Path(__file__).parents[2]
HOOK = SecretReference("env", "HOOK")


def test_an_address_is_no_argument_and_no_part_of_the_childs_surroundings(
    hook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[tuple[list[str], dict[str, str]]] = []
    real = subprocess.run

    def watched(command: list[str], **how: Any) -> Any:
        ran.append((command, how["env"]))
        return real(command, **how)

    monkeypatch.setenv("HOOK", hook.address)
    monkeypatch.setenv("SNOW_SECRET", "of the desk")
    monkeypatch.setattr(subprocess, "run", watched)
    assert send(HOOK, Message("a", "b")).arrived
    [(command, surroundings)] = ran
    assert command[:2] == [sys.executable, "-P"] and "PATH" in surroundings
    assert TOKEN not in str(ran) and not {"HOOK", "SNOW_SECRET"} & surroundings.keys()


def test_a_child_that_answers_nonsense_is_a_message_that_did_not_arrive(
    hook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK", hook.address)
    monkeypatch.setattr(sys, "executable", "/bin/true")
    receipt = send(HOOK, Message("a", "b"))
    assert (receipt.arrived, receipt.known) == (False, True) and "without an answer" in receipt.why


def test_an_address_that_is_gone_since_the_start_is_said_by_its_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("HOOK", raising=False)
    receipt = send(HOOK, Message("a", "b"))
    assert not receipt.arrived and "the environment variable HOOK is not set" in receipt.why


def test_only_the_child_loads_apprise() -> None:
    code = "import sys, connector.alerts.start, connector.cli.alerts; print('apprise' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert ran.stdout == "False\n"
    assert sending.DEADLINE >= 10


@pytest.mark.parametrize("condition", Condition)
@pytest.mark.parametrize("over", [False, True])
@pytest.mark.parametrize("count", [1, 500])
def test_each_condition_has_a_sentence_for_one_and_for_many(
    condition: Condition, over: bool, count: int
) -> None:
    made = message("QKX", [Notice(1, condition, over, 0.0, count, {"incidents": count}, lasted=600.0)])
    assert str(condition) in made.body and ("over" in made.title) is over
    assert "{" not in made.body and "()" not in made.body
    assert BY_NAME[str(condition)] is condition


def test_what_comes_from_outside_is_no_markup_and_calls_nobody() -> None:
    notice = Notice(1, Condition.STUCK, False, 0.0, 1, {"<b>a</b>": 1}, ("d 1",))
    tickets = {"d 1": ("[x](https://evil.example.org) <@everyone>", "zoë@contoso.com")}
    body = message("QKX", [notice], tickets).body
    assert "zoë@contoso.com" in body
    assert [each for each in ("<", "[", "@everyone", "://") if each in body] == []


def test_many_changes_of_one_condition_are_one_line() -> None:
    some = [Notice(n, Condition.STUCK, False, 0.0, 1, {f"m{n}": 1}, (f"d {n}",)) for n in range(1, 500)]
    body = message("QKX", some, None).body
    assert body.count("\n") == 0 and "499 tickets are stuck" in body and len(body) < 400
