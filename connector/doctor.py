"""The doctor: what is right, what is wrong and what nobody can tell, each with the next step. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from connector.config.unbuilt import unbuilt
from connector.domain.errors import Down
from connector.domain.finding import CheckResult, clock
from connector.domain.outcome import State
from connector.entra.doctor import EntraDoctor
from connector.mapping.overlap import overlaps
from connector.wire import App, ReadOnly


def examine(house: App) -> Iterator[CheckResult]:
    """Each result as it is found, the same one once: configuration, desks, Entra, each mapping."""
    return unique(results(house))


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
        f"{len(config.mappings)} mappings, {len(config.settings.desks)} desks, {examples} examples",
    )
    for key, says in unbuilt(config.settings):
        yield CheckResult(key, None, says)
    yield CheckResult("ledger", True, f"opened; this installation is {house.ledger.installation}")
    yield from overlaps(config.mappings)
    delivered = {claim.mapping for claim in house.ledger.rows({State.LIVE})}
    told: set[str] = set()  # desks whose clock was told
    for mapping in config.mappings:
        service, url = house.read_only.services[mapping.desk], house.read_only.url(mapping)
        doctor = house.read_only.kind(mapping).doctor(service, mapping, url, mapping.name in delivered)
        try:
            yield from doctor.results()
        except Down as down:
            yield CheckResult(mapping.desk, False, down.sentence, down=True)
            continue
        if mapping.desk not in told and doctor.ahead is not None:
            told.add(mapping.desk)
            yield clock(mapping.desk, doctor.ahead)
    yield from entra(house.read_only).results()


def entra(eyes: ReadOnly) -> EntraDoctor:
    settings = eyes.config.settings
    return EntraDoctor(
        eyes.graph,
        eyes.token,
        settings.entra.credential.kind,
        eyes.config.mappings,
        settings.mail.sender if settings.mail else None,
        bool(settings.floor.protected_groups),
    )
