"""Sign-in methods of a person, and whether a lasting one was registered since a pass began. graph.md §15"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

# Kinds that go on working when a pass has ended. Not among them: a password, an address that only resets
# one, a code that an administrator hands out, a pass itself; and what this release doesn't know.
LASTING: Final = frozenset({
    "fido2", "windowsHelloForBusiness", "platformCredential", "microsoftAuthenticator",
    "passwordlessMicrosoftAuthenticator", "softwareOath", "hardwareOath", "phone", "external",
})  # fmt: skip
KEPT: Final = 86400  # s past a pass's end that it is looked whether it helped


@dataclass(frozen=True)
class Method:
    """A method as a list shows it. `id`: a digest of its id. `created`: epoch seconds on Entra's clock; None:
    Entra doesn't tell.
    """

    id: str
    kind: str
    created: int | None = None


def new_since(
    methods: Iterable[Method], start: int, before: Collection[str] | None
) -> tuple[str, ...] | None:
    """The kinds of lasting methods that were registered since `start`, on Entra's clock, in order. () means
    that there are none yet; None that it can't be told.

    `before`: the methods that were seen before the start; None: nobody looked. A method counts by the time
    that Entra tells of it, else by not having been there before.
    """
    found, unsure = set[str](), False
    for each in methods:
        if each.kind not in LASTING:
            continue
        if each.created is not None:
            new = each.created >= start
        elif before is not None:
            new = each.id not in before
        else:
            new, unsure = False, True
        if new:
            found.add(each.kind)
    return tuple(sorted(found)) if found or not unsure else None
