"""The section `desks` of config.yaml: every kind that desks/kinds.py registers."""

from __future__ import annotations

from functools import partial, reduce
from operator import or_
from typing import Annotated, Any

from pydantic import PlainValidator

from connector.desks.kinds import KINDS
from connector.desks.section import DeskSection
from connector.forms.form import Form, by_kind


def _example() -> str:
    """A desk of the first kind, as its keys' own examples have it."""
    name, kind = next(iter(KINDS.items()))
    keys = kind.section.named()
    url, auth = (str((keys[key].examples or [""])[0]) for key in ("url", "auth"))
    return f"{{contoso-{name}: {{kind: {name}, url: {url}, auth: {auth}}}}}"


_SECTIONS: dict[str, type[Form]] = {name: kind.section for name, kind in KINDS.items()}
EXAMPLE = _example()
_Any: Any = reduce(or_, _SECTIONS.values())
AnyDesk = Annotated[DeskSection, PlainValidator(partial(by_kind, _SECTIONS), json_schema_input_type=_Any)]
