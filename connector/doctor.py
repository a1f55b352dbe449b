"""The doctor: what is right, what is wrong and what nobody can tell, each with the next step. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from connector.config.load import Config
from connector.config.unbuilt import unbuilt
from connector.domain.errors import Down
from connector.domain.finding import CheckResult, clock, one_line, unanswered
from connector.domain.outcome import State
from connector.domain.reasons import Reason
from connector.entra.doctor import EntraDoctor
from connector.entra.doctor_evidence import NamedGroup
from connector.forms.mistakes import number_of
from connector.ledger.rows import PauseRecord
from connector.mapping import Mapping
from connector.mapping.approvals import approvals
from connector.mapping.overlap import overlaps
from connector.mapping.places import place_of
from connector.wire import App, ReadOnly


def examine(house: App) -> Iterator[CheckResult]:
    """Each result as it is found, the same one once: configuration, desks, Entra, each mapping. What can't be
    told comes last, a line a kind.
    """
    return by_kind(unique(results(house)))


def by_kind(found: Iterable[CheckResult]) -> Iterator[CheckResult]:
    untold: dict[str, list[CheckResult]] = {}
    for each in found:
        if each.fine is None and each.kind:
            untold.setdefault(each.kind, []).append(each)
        else:
            yield each
    yield from map(one_line, untold.values())


def unique(found: Iterable[CheckResult]) -> Iterator[CheckResult]:
    told: set[CheckResult] = set()
    for each in found:
        if each not in told:
            told.add(each)
            yield each


def results(house: App) -> Iterator[CheckResult]:
    config = house.config
    examples = sum(len(mapping.examples) for mapping in config.mappings)
    yield CheckResult(
        "configuration",
        True,
        f"no mistake: {number_of(len(config.mappings), 'mapping')}, "
        f"{number_of(len(config.settings.desks), 'desk')}, {number_of(examples, 'example')}",
    )
    for key, says in unbuilt(config.settings, config.mappings):
        yield CheckResult(key, None, says)
    yield CheckResult("ledger", True, f"opened; this installation is {house.ledger.installation}")
    yield from house.ledger.findings()
    if pause := house.ledger.pause_record():
        yield _paused(pause)
    yield from overlaps(config.mappings)
    for mapping in config.mappings:
        yield from approvals(mapping, house.read_only.records(mapping).can_prove(mapping))
    yield from channels(config.mappings)
    delivered = {claim.mapping for claim in house.ledger.rows({State.LIVE})}
    told: set[str] = set()  # desks whose clock was told
    for mapping in config.mappings:
        service, url = house.read_only.services[mapping.desk], house.read_only.url(mapping)
        doctor = house.read_only.kind(mapping).doctor(service, mapping, url, mapping.name in delivered)
        try:
            yield from doctor.results()
        except Down as down:
            yield unanswered(mapping.desk, down)
            continue
        if mapping.desk not in told and doctor.ahead is not None:
            told.add(mapping.desk)
            yield clock(mapping.desk, doctor.ahead)
    yield from entra(house.read_only).results()


def channels(mappings: Iterable[Mapping]) -> Iterator[CheckResult]:
    """The mappings that take a ticket whatever way it came in."""
    for each in mappings:
        if each.allow.channel is None:
            says = f"{each.name} names no allow.channel: anybody can mail a request in somebody's name"
            rule = each.traits.channel_rule
            cure = f"add allow.channel, such as {rule}" if rule else "add allow.channel"
            yield CheckResult(each.desk, None, says, cure, kind="channel", about=each.name)


def entra(eyes: ReadOnly) -> EntraDoctor:
    settings = eyes.config.settings
    return EntraDoctor(
        eyes.graph,
        eyes.token,
        settings.entra.credential.kind,
        eyes.config.mappings,
        settings.mail.sender if settings.mail else None,
        [*named_groups(eyes.config)],
        settings.entra.pim == "absent",
        frozenset(each.lower() for each in settings.floor.protected_groups),
        settings.entra.scoped_to,
        bool(settings.notify and settings.notify.mails_subject),
    )


def named_groups(config: Config) -> Iterator[NamedGroup]:
    """The groups that the floor protects come after those of mappings."""
    for mapping in config.mappings:
        allow = mapping.allow
        for key, ids in {"subject_in": allow.subject_in, "requester": allow.requester_groups}.items():
            for id_ in ids:
                place = place_of(mapping.path, id_, "allow", key, version=mapping.version)
                yield NamedGroup(mapping.name, f"{place}: allow.{key}", id_)
    place = config.place("floor", "protected_groups")
    for id_ in config.settings.floor.protected_groups:
        yield NamedGroup("floor.protected_groups", place, id_)


def _paused(pause: PauseRecord) -> CheckResult:
    """Say that no pass is issued: a person's pause is open, one that passdesk made itself is wrong."""
    code = Reason.PAUSED.value
    if pause.cause:
        says = f"passdesk paused itself: every ticket waits. {pause.why} (floor.pause_on.{pause.cause})"
        return CheckResult("ledger", False, says, "look into it, then passdesk resume --by NAME", code=code)
    says = "issuing is paused: every ticket waits" + (f" ({pause.why})" if pause.why else "")
    return CheckResult("ledger", None, says, "passdesk resume", code=code)
