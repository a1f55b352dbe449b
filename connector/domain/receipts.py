"""Proof of an effect that happened: one noun for each kind of effect, so that none is taken for another."""

from __future__ import annotations

from dataclasses import dataclass

from connector.domain.recipients import Destination


@dataclass(frozen=True)
class WriteReceipt:
    """Of a write to a ticket. `fields_read_back`: every field shows what was set; a note is no field."""

    fields_read_back: bool


@dataclass(frozen=True)
class DeliveryReceipt:
    """Of a pass that was handed over. `place`: of those that the attempt names, the one where it went.

    `ticket_settled`: the same write set the ticket's fields, so that nothing is left to say on it.
    """

    destination: Destination
    ticket_settled: bool


@dataclass(frozen=True)
class UpdateReceipt:
    """Of a status update on a ticket. `left_watch`: a refusal's own fields took the ticket out of `watch`."""

    left_watch: bool
