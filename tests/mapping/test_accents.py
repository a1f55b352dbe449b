"""An accent can be written on its letter or behind it: the mapping takes both for the same, and no sign for
another one that only looks like it.
"""

from __future__ import annotations

from pathlib import Path
from unicodedata import normalize

import pytest

from connector.config.load import load
from connector.domain.same_text import composed
from connector.domain.ticket import Ticket
from connector.guards.rule import TicketCase
from connector.guards.ticket import Approved, ChannelAllowed
from connector.mapping import Condition, Facts, Mapping, examples
from connector.mapping.watch import AnyOf, NoneOf, StartsWith
from tests.config.files import CONFIG, lay, mistakes_of
from tests.mapping.broken import then

TEXT = """\
mapping: incidents
desk: snow
table: incident
watch: {category: Identität, place: {starts_with: Zürich}, other: {not_in: [Büro]}}
values:
  subject: {from: who, then: [{replace: {"ü": ue}}, {append: "@contoso.com"}]}
  domain: {from: place, then: [{lookup: {Zürich: contoso.ch}}]}
  found: {from: text, then: [{extract: 'für (\\S+)'}]}
allow:
  approval: {field: approval, in: [genähmigt], refused_in: [abgelöhnt]}
  channel: {field: channel, in: [Café]}
again: {field: again, in: [nötig]}
settle: {delivered: {category: geprüft}}
examples:
  - ticket: {category: Identität, place: Zürich, other: x, who: müller, text: für Jörg}
    subject: mueller@contoso.com
    domain: contoso.ch
    found: Jörg
    watched: true
"""
TICKET = {
    "category": "Identität",
    "place": "Zürich",
    "other": "x",
    "who": "müller",
    "text": "für Jörg",
    "approval": "genähmigt",
    "channel": "Café",
    "again": "nötig",
}
FORMS = ("NFC", "NFD")


def written(form: str, text: str) -> str:
    return normalize(form, text)  # type: ignore[arg-type]  # one of FORMS


def read(tmp_path: Path, form: str) -> Mapping:
    (mapping,) = load(lay(tmp_path, CONFIG, incidents=written(form, TEXT))).mappings
    return mapping


@pytest.mark.parametrize("of_ticket", FORMS)
@pytest.mark.parametrize("of_file", FORMS)
def test_accents_of_a_ticket_and_of_its_mapping_may_be_written_either_way(
    of_file: str, of_ticket: str, tmp_path: Path
) -> None:
    mapping = read(tmp_path, of_file)
    fields = {name: written(of_ticket, text) for name, text in TICKET.items()}
    ticket = Ticket("https://x", "1", "INC1", fields, True, False, links="")
    assert mapping.watch.matches(fields)
    assert not mapping.watch.matches({**fields, "other": written(of_ticket, "Büro")})
    facts = mapping.facts(fields)
    assert isinstance(facts, Facts)
    assert facts.subject.value == "mueller@contoso.com"
    assert (facts.values["domain"], facts.values["found"]) == ("contoso.ch", "Jörg")
    case = TicketCase(ticket, mapping)
    assert Approved().check(case) is None
    assert ChannelAllowed().check(case) is None
    request = mapping.reissue_request(fields)
    assert request is not None
    assert request.asks
    assert [result.differences for result in examples.run(mapping)] == [()]


@pytest.mark.parametrize("of_file", FORMS)
def test_the_facts_of_a_ticket_are_the_same_however_it_writes_its_accents(
    of_file: str, tmp_path: Path
) -> None:
    mapping = read(tmp_path, of_file)
    digests = set()
    for form in FORMS:
        facts = mapping.facts({**TICKET, "who": written(form, "jörg"), "text": written(form, "für Ädi")})
        assert isinstance(facts, Facts)
        digests.add(facts.digest)
    assert len(digests) == 1


def test_a_table_in_a_file_is_asked_the_same_way(tmp_path: Path) -> None:
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "people.csv").write_text(normalize("NFD", "Zoë,zoe@contoso.com\nx,y\n"), "utf-8")
    (mapping,) = load(lay(tmp_path, incidents=then("[{lookup: people.csv}]"))).mappings
    facts = mapping.facts({"caller_id.user_name": normalize("NFC", "Zoë")})
    assert isinstance(facts, Facts)
    assert facts.subject.value == "zoe@contoso.com"


def test_two_keys_that_are_one_text_are_a_mistake(tmp_path: Path) -> None:
    for step in ("lookup", "replace"):
        both = f"{{{normalize('NFC', 'ü')}: a, {normalize('NFD', 'ü')}: b}}"
        (found,) = mistakes_of(lay(tmp_path, incidents=then(f"[{{{step}: {both}}}]")))
        assert "two keys here are one text" in found.sentence


@pytest.mark.parametrize("sign", ["\u212a", "\u2126", "\u212b"])  # Kelvin, Ohm, Ångström
def test_a_sign_is_not_taken_for_the_letter_that_it_looks_like(sign: str) -> None:
    looks = normalize("NFC", sign)
    assert composed(f"{sign}im") == f"{sign}im"
    for test in (AnyOf((looks,)), StartsWith(looks)):
        assert not Condition("who", test).holds({"who": sign})
    assert Condition("who", NoneOf((looks,))).holds({"who": sign})
