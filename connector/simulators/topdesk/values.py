"""Single values of a body: flags, texts, numbers, moments, references (topdesk.md §4)."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

from connector.simulators.topdesk.answers import Refusal
from connector.simulators.topdesk.records import Row, name_of
from connector.simulators.topdesk.traps import Traps

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


def unparsable(name: str) -> Refusal:
    return Refusal(400, f"The value for the field '{name}' cannot be parsed.")


def flag(name: str, sent: object) -> bool:
    """A boolean, or the text of one (the vendor's examples have both)."""
    if isinstance(sent, bool):
        return sent
    if sent not in ("true", "false"):
        raise unparsable(name)
    return sent == "true"


def text(name: str, sent: object, longest: int = 1_000_000) -> str:
    if sent is None:
        return ""
    if not isinstance(sent, str):
        raise unparsable(name)
    if len(sent) > longest:
        raise Refusal(
            400,
            f"The value for the field '{name}' is too long, the maximum is {longest}.",
            code="value_overflow",
        )
    return sent


def number(name: str, sent: object) -> float:
    try:
        return float(str(sent))
    except ValueError:
        raise unparsable(name) from None


def date(name: str, sent: object) -> datetime | None:
    """Without an offset it is UTC."""
    if sent is None:
        return None
    try:
        at = datetime.fromisoformat(str(sent))
    except ValueError:
        raise unparsable(name) from None
    return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)


def reference(
    name: str, sent: object, rows: Mapping[str, Row], traps: Traps, *, by_name: bool = True
) -> Row | None:
    """`{"id"}`, or `{"name"}` where names are taken; null empties."""
    if sent is None:
        return None
    if not isinstance(sent, dict):
        raise unparsable(name)
    if "id" in sent:
        if not UUID.fullmatch(str(sent["id"])):
            raise unparsable(f"{name}.id")
        found = rows.get(str(sent["id"]).lower())
    elif by_name and "name" in sent:
        named = [row for row in rows.values() if name_of(row) == sent["name"]]
        if len(named) > 1:
            raise Refusal(400, f"The value for the field '{name}.name' is ambiguous.")
        found = named[0] if named else None
    else:
        raise unparsable(name)
    if found is None:
        raise nowhere(f"{name}.{'id' if 'id' in sent else 'name'}", traps)
    return found


def nowhere(name: str, traps: Traps) -> Refusal:
    """A reference that is well-formed and leads nowhere: 404 by the specification, 400 as it was seen
    (§0.12).
    """
    return Refusal(traps.unknown_reference, f"The value for the field '{name}' cannot be found.")
