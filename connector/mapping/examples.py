"""Runs the examples of a mapping file: what was expected, what came of it, name by name."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Fields
from dataclasses import dataclass

from connector.domain.same_text import same_written
from connector.mapping.facts import Facts, MappingNo
from connector.mapping.model import Example, Mapping
from connector.mapping.starts import shown


@dataclass(frozen=True)
class Difference:
    """One name that came out otherwise. None: nothing, no requester, no start or no refusal."""

    name: str
    expected: str | None
    got: str | None
    why: str = ""  # of a refusal that nobody expected, or of `watched`


@dataclass(frozen=True)
class ExampleResult:
    """`number` counts from 1 in the file; `line` is where the example stands."""

    number: int
    line: int
    differences: tuple[Difference, ...]

    @property
    def fine(self) -> bool:
        return not self.differences


def run(mapping: Mapping) -> list[ExampleResult]:
    """Every example, in the order of the file; a field that one doesn't name is empty. Pure."""
    return [
        ExampleResult(number, example.line, tuple(_all_differences(mapping, example)))
        for number, example in enumerate(mapping.examples, 1)
    ]


def _all_differences(mapping: Mapping, example: Example) -> Iterator[Difference]:
    """The ticket is read as the desk's own tickets are."""
    ticket = {name: mapping.traits.as_read(name, text) for name, text in example.ticket.items()}
    fields = {**dict.fromkeys(mapping.columns, ""), **ticket}
    if example.watched is not None:
        yield from _watching(mapping, fields, example.watched)
    if example.expects or example.refused:
        yield from _differences(example, mapping.facts(fields))


def _watching(mapping: Mapping, fields: Fields[str, str], expected: bool) -> Iterator[Difference]:
    unmet = [each.field for each in mapping.watch.conditions if not each.holds(fields)]
    if expected is bool(unmet):
        why = f"watch doesn't match {', '.join(unmet)}" if unmet else "all conditions of watch match"
        yield Difference("watched", str(expected).lower(), str(not expected).lower(), why)


def _differences(example: Example, result: Facts | MappingNo) -> list[Difference]:
    if isinstance(result, MappingNo):
        got = str(result.reason)
        return (
            [] if example.refused == got else [Difference("refused", example.refused, got, result.sentence)]
        )
    if example.refused:
        return [Difference("refused", example.refused, None, f"the subject is {result.subject.value}")]
    texts: dict[str, str | None] = {
        **result.values,
        **{f"confirm.{name}": text for name, text in result.confirm.items()},
        "subject": result.subject.value,
        "requester": result.requester.value if result.requester else None,
        "starts_at": shown(result.starts_at) if result.starts_at is not None else None,
    }
    return [
        Difference(name, text, texts.get(name))
        for name, text in example.expects.items()
        if not _same(texts.get(name), text)
    ]


def _same(one: str | None, other: str | None) -> bool:
    return one == other if one is None or other is None else same_written(one, other)
