"""The values of a mapping, in the order in which they need each other: worked out once, then run for each
ticket.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from connector.domain.confusable import confusing
from connector.domain.reasons import Reason
from connector.domain.same_text import composed
from connector.domain.several import Several
from connector.mapping.facts import MappingNo
from connector.mapping.pipeline import Failed, Given, Pipeline, failed
from connector.mapping.template import Template, made_of

FIRST = ("subject", "requester", "starts_at")  # what is wrong with the subject is said before anything else
PEOPLE = ("subject", "requester")


@dataclass(frozen=True)
class Program:
    """Every value once, each behind what it is made of. What stands in `who` says who the subject is."""

    values: Mapping[str, Pipeline]
    order: tuple[str, ...]
    who: frozenset[str]
    of_subject: frozenset[str]
    labels: Mapping[str, str]
    may_be_empty: frozenset[
        str
    ]  # whose steps can't fail on an empty field: nobody is named, nothing is asked for

    @classmethod
    def of(cls, values: Mapping[str, Pipeline], optional: tuple[str, ...]) -> Program:
        templates = {name: each.source for name, each in values.items() if isinstance(each.source, Template)}
        order = made_of([*(name for name in FIRST if name in values), *values], templates)
        subject = frozenset(made_of(["subject"], templates))
        free = frozenset(made_of([name for name in optional if name in values], templates)) - subject
        who = frozenset(made_of(["subject"], templates, who=True))
        return cls(
            values, order, who, subject, {name: _label(name, values, templates) for name in values}, free
        )

    def run(self, fields: Mapping[str, str], picked: list[str] | None = None) -> dict[str, str] | MappingNo:
        """The text of each value, "" where a field is empty; the subject's is not. Never raises.

        `picked` is told where one of several matches was taken.
        """
        texts: dict[str, str] = {}
        for name in self.order:
            pipeline = self.values[name]
            if unread := pipeline.unreadable(fields):
                return MappingNo(
                    Reason.EVIDENCE_MISSING, unread, "readable", "", f"The field {unread} can't be read."
                )
            given = self.given(name, fields, texts)
            result = "" if name in self.who and given.blank else pipeline.run(given, picked)
            if isinstance(result, Failed) and given.blank and name in self.may_be_empty:
                result = ""
            if isinstance(result, str) and name in PEOPLE and (why := confusing(result)):
                result = failed(given, "name", why)
            if isinstance(result, Failed):
                return self.no(name, result)
            if name == "subject" and not result.strip():
                return self._missing(given, texts)
            texts[name] = result
        return texts

    def no(self, name: str, why: Failed) -> MappingNo:
        several, of_subject = why.several, name in self.of_subject
        malformed = Reason.SUBJECT_AMBIGUOUS if several else Reason.SUBJECT_MALFORMED
        reason = malformed if of_subject else Reason.MAPPING_FAILED
        return MappingNo(reason, why.field, why.rule, why.excerpt, why.sentence)

    def given(self, name: str, fields: Mapping[str, str], texts: Mapping[str, str]) -> Given:
        """The text that goes into a value's steps; `texts` holds the values that it is made of."""
        source = self.values[name].source
        if isinstance(source, Template):
            return Given(self.labels[name], composed(source.filled(texts)), put_together=True)
        chosen = next((each for each in source if fields.get(each, "").strip()), source[0])
        text = fields.get(chosen, "")
        return Given(chosen, text if isinstance(text, Several) else composed(text))

    def _missing(self, given: Given, texts: Mapping[str, str]) -> MappingNo:
        """Name the fields that are empty, or say that the steps leave nothing."""
        label = self.labels["subject"]
        leaves = [each for each in self.order if each in self.of_subject and self.values[each].fields]
        empty = [self.labels[each] for each in leaves if not texts.get(each, "").strip()]
        if not given.blank or not empty:
            why = failed(given, "missing", "its steps leave an empty text")
            return MappingNo(Reason.SUBJECT_MISSING, label, why.rule, why.excerpt, why.sentence)
        sentence = (
            f"The field {empty[0]} is empty."
            if len(empty) == 1
            else f"The fields {' and '.join(empty)} are empty."
        )
        return MappingNo(Reason.SUBJECT_MISSING, label, "missing", "", sentence)


def _label(name: str, values: Mapping[str, Pipeline], templates: Mapping[str, Template]) -> str:
    """The fields that a value comes from, as a sentence names them."""
    leaves = [values[each].fields for each in made_of([name], templates) if each in values]
    return " and ".join(dict.fromkeys(" or ".join(fields) for fields in leaves if fields))
