"""Secrets are resolved late, and never shown."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from connector.domain.secret import Secret
from connector.forms.references import (
    NameReference,
    SecretReference,
    Unresolved,
    name_reference,
    secret_reference,
)


def test_a_variable_is_read_when_it_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    reference = secret_reference("env:PASSDESK_TEST", tmp_path)
    monkeypatch.setenv("PASSDESK_TEST", "first")
    assert reference.resolve() == Secret("first")
    monkeypatch.setenv("PASSDESK_TEST", "second")
    assert reference.resolve() == Secret("second")


def test_a_file_is_read_without_the_line_end_at_its_end(tmp_path: Path) -> None:
    (tmp_path / "s").write_bytes(b"\xef\xbb\xbf pass word \r\n")
    assert secret_reference("file:s", tmp_path).resolve() == Secret(" pass word ")


def test_names_are_texts_or_references(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PASSDESK_TEST", "svc")
    assert name_reference("svc", tmp_path).resolve() == "svc"
    assert name_reference("env:PASSDESK_TEST", tmp_path).resolve() == "svc"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "can't be read (No such file or directory)"),
        (b"", "is empty; write the secret into it"),
        (b"\n", "is empty"),
        (b"\xff\xfe", "is not UTF-8"),
        (b"x" * 65_537, "is larger than 64 KB"),
    ],
)
def test_a_file_that_holds_no_secret_is_said_without_what_it_holds(
    content: bytes | None, sentence: str, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / "s").write_bytes(content)
    reference = secret_reference("file:s", tmp_path)
    with pytest.raises(Unresolved) as raised:
        reference.resolve()
    assert sentence in str(raised.value)
    assert (str(raised.value), raised.value.__context__) == (reference.problem(), None)


def test_what_can_be_resolved_is_no_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSDESK_TEST", "x")
    assert SecretReference("env", "PASSDESK_TEST").problem() == ""
    assert SecretReference("env", "PASSDESK_TESTS").problem()
    assert NameReference("text", "svc").problem() == ""


@pytest.mark.parametrize("text", ["hunter2", "Env:X", "env hunter2", "", 8812345, None, ["hunter2"], True])
def test_a_literal_is_refused_and_not_repeated(text: object, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a secret doesn't belong in this file") as raised:
        secret_reference(text, tmp_path)
    assert "hunter2" not in str(raised.value)
    assert "8812345" not in str(raised.value)


def test_a_variable_is_utf_8_whatever_the_locale(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    reference = secret_reference("env:PASSDESK_TEST", tmp_path)
    monkeypatch.setitem(os.environb, b"PASSDESK_TEST", "pässwörd".encode())
    assert reference.resolve() == Secret("pässwörd")
    monkeypatch.setitem(os.environb, b"PASSDESK_TEST", "pässwörd".encode("latin-1"))
    assert reference.problem() == "the environment variable PASSDESK_TEST is not UTF-8; set it as UTF-8"


@pytest.mark.parametrize("locale", ["C", "en_US.ISO-8859-1"])
def test_an_old_locale_changes_no_secret(locale: str) -> None:
    code = (
        "from connector.forms.references import SecretReference as S; "
        "from connector.domain.secret import Secret; "
        "assert S('env', 'PASSDESK_TEST').resolve() == Secret('p\\xe4ss')"
    )
    old = {"LC_ALL": locale, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    env = {**os.environb, **{name.encode(): value.encode() for name, value in old.items()}}
    env[b"PASSDESK_TEST"] = "päss".encode()
    assert subprocess.run([sys.executable, "-c", code], env=env, check=False).returncode == 0
