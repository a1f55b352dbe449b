"""References: made, found in what people write, and taken apart."""

from __future__ import annotations

from random import Random

import pytest

from connector.domain.reference import (
    NOBODYS,
    code_of,
    disarmed,
    find_all,
    is_attempt_of,
    new_code,
    new_installation,
    parse,
    with_attempt,
)

CODE = "TAP-7QK3F9C2"


def test_codes_of_one_installation_begin_alike_and_are_found_in_a_text() -> None:
    random = Random(7)
    installation = new_installation(random)
    codes = [new_code(installation, random) for _ in range(200)]
    assert len(set(codes)) == 200
    assert all(each.startswith(f"TAP-{installation}") for each in codes)
    assert find_all(" ".join(codes)) == codes
    assert not set("".join(codes).replace("TAP-", "")) & set("ILOU-")


def test_an_attempt_leads_back_to_its_ticket_and_its_number() -> None:
    reference = with_attempt(CODE, 12)
    assert (reference, parse(reference), code_of(reference)) == (f"{CODE}-12", (CODE, 12), CODE)
    assert (parse(CODE), code_of(CODE)) == ((CODE, None), CODE)


def test_an_attempt_belongs_to_its_own_ticket_only() -> None:
    assert is_attempt_of(f"{CODE}-2", CODE)
    assert not any(is_attempt_of(each, CODE) for each in (CODE, "TAP-7QK3F9C3-2"))


@pytest.mark.parametrize("text", ["", "TAP-", "TAP-7QK3F9C", f"{CODE}2", f"{CODE}-", f"{CODE}-x", f" {CODE}"])
def test_what_is_no_reference_is_not_taken_apart(text: str) -> None:
    assert parse(text) is None
    with pytest.raises(ValueError, match="is no reference"):
        code_of(text)


def test_a_number_that_is_longer_than_ours_is_none_of_ours() -> None:
    assert parse(f"{CODE}-{'9' * 5000}") == (CODE, -1)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (f"Reference {CODE}-1 · sent", [f"{CODE}-1"]),
        (f"{CODE}, then {CODE}-2.\n({CODE}-2)", [CODE, f"{CODE}-2", f"{CODE}-2"]),
        (f"{CODE}-٣", [CODE]),
        ("TAP-tooshort, TAP-7QK3F9CU, TAP-7QK3F9C22, XTAP-7QK3F9C2", []),
        ("tap-7qk3f9c2", []),
    ],
)
def test_references_are_found_whole_in_their_order_and_as_often_as_they_stand_there(
    text: str, found: list[str]
) -> None:
    assert find_all(text) == found


def test_a_disarmed_text_holds_no_reference() -> None:
    assert disarmed(f"see {CODE}-1") == "see TAP 7QK3F9C2-1"
    assert find_all(disarmed(f"TAP-{CODE}-1 {CODE}")) == []


def test_nobodys_code_is_one_like_any_other() -> None:
    assert find_all(NOBODYS) == [NOBODYS]
