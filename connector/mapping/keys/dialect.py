"""Rules of one kind of desk for mapping files. Each desk's folder fills them in.

Methods return a sentence for the admin, or raise ValueError with one: the problem and its cure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from connector.mapping.traits import DeskTraits

if TYPE_CHECKING:
    from connector.mapping.model import Mapping

Use = Literal["read", "watch", "settle"]
Validator: TypeAlias = "Callable[[Mapping, str, tuple[str, ...]], object]"


class Dialect(Protocol):
    """Rules for what a mapping may name, ask for and set at a desk of this kind."""

    @property
    def title(self) -> str:
        """The name of the product, as people know it."""

    @property
    def traits(self) -> DeskTraits: ...

    @property
    def note_field(self) -> str:
        """The place for notes where the mapping names none."""

    @property
    def no_approver(self) -> str:
        """A sentence for `allow.four_eyes` where the desk does not tell who approved; "" where it does."""

    @property
    def validators(self) -> tuple[Validator, ...]:
        """Checks of a whole mapping, by its desk's address and the fields that other mappings of its table
        watch. Each raises ValueError, "KEY: sentence".
        """

    def ticket_id(self, text: str) -> str | None:
        """A ticket's id, as the desk is asked for it, out of a text from outside; None: it is none."""

    def callers_see(self, field: str) -> bool:
        """Tell whether people outside the service desk read a field, or are mailed it."""

    def field_problem(self, field: str, use: Use) -> str | None: ...

    def value_problem(self, text: str) -> str | None:
        """A problem of a value that is asked for or set."""

    def list_value_problem(self, text: str) -> str | None:
        """A problem of a value that is one of several to ask for."""

    def note_place(self, given: object, permitted: Collection[str] | None) -> str:
        """The field for notes that a mapping names. `permitted`: by the floor; None where it is unknown."""

    def marker(self, given: object) -> str:
        """The field for our reference that a mapping names."""


def unsupported(dialect: Dialect, mapping: Mapping, url: str, also: tuple[str, ...] = ()) -> Iterator[str]:
    """Sentences, each behind its key, about what such a desk can't be asked for, or told to set."""
    for validate in dialect.validators:
        try:
            validate(mapping, url, also)
        except ValueError as error:
            yield str(error)
