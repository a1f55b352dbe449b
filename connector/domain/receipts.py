"""Proof of an effect that happened: one noun for each kind of effect, so that none is taken for another."""

from __future__ import annotations

from dataclasses import dataclass

from connector.domain.recipients import Destination
from connector.domain.trouble import Trouble


@dataclass(frozen=True)
class WriteReceipt:
    """Receipt of a write to a ticket. `fields_read_back`: every field shows what was set; a note is no
    field.
    """

    fields_read_back: bool


@dataclass(frozen=True)
class DeliveryReceipt:
    """Receipt of a pass that was handed over. `destination`: the one of the attempt's destinations where it
    went.

    `ticket_settled`: the same write set the ticket's fields, so that nothing is left to say on it.
    `trouble`: of a destination before it, which didn't take the pass.
    """

    destination: Destination
    ticket_settled: bool
    trouble: Trouble | None = None


@dataclass(frozen=True)
class UpdateReceipt:
    """Receipt of a status update on a ticket. `left_watch`: a refusal's own fields took the ticket out of
    `watch`.
    """

    left_watch: bool
