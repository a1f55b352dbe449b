"""Runs the examples of a mapping file: what was expected, what came of it, name by name."""

from __future__ import annotations

from dataclasses import dataclass

from connector.mapping.facts import Facts, MappingNo
from connector.mapping.model import Example, Mapping
from connector.mapping.starts import shown


@dataclass(frozen=True)
class Difference:
    """One name that came out otherwise. None: nothing, no requester, no start or no refusal."""

    name: str
    expected: str | None
    got: str | None
    why: str = ""  # of a refusal that nobody expected


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
    empty = dict.fromkeys(mapping.columns, "")
    return [
        ExampleResult(
            number, example.line, tuple(_differences(example, mapping.facts({**empty, **example.ticket})))
        )
        for number, example in enumerate(mapping.examples, 1)
    ]


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
        if texts.get(name) != text
    ]
