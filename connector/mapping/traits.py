"""Habits of a kind of desk that a mapping depends on while tickets are worked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class DeskTraits:
    """Habits of a kind of desk that a mapping depends on while tickets are worked."""

    journals: frozenset[str] = frozenset(
        {"work_notes"}
    )  # fields that keep every note, and are mailed with them
    channel_rule: str = ""  # an example of allow.channel that takes no mails
    stored_zone: str | None = None  # of the times that it stores without one; None: it isn't known
    removable: frozenset[str] = frozenset()  # fields whose notes are entries, each of which can be deleted
    closing: tuple[str, ...] = ()  # fields that close a ticket
    may_close: tuple[str, ...] = ()  # fields that close a ticket only by the desk's own rules
    # the text that is read of a field (by its name) where an example shows what the desk sends
    as_read: Callable[[str, str], str] = lambda name, text: text
    labels: Mapping[str, str] = field(default_factory=dict)  # what people see in place of a field's name
    choices: Mapping[tuple[str, str], Mapping[str, str]] = field(
        default_factory=dict
    )  # and of a value, by table and field


UNKNOWN_DESK = DeskTraits()
