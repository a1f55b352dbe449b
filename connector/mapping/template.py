"""Texts put together from other values: `"{first}.{last}@contoso.com"`, and what such a text says about who
it is made of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from connector.forms.mistakes import quote
from connector.mapping.steps import LONGEST

VALUE_NAME = r"[A-Za-z][A-Za-z0-9_]*"


@dataclass(frozen=True)
class Template:
    """`texts` stand around and between `names`: there is one more of them."""

    texts: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def read(cls, text: str) -> Template:
        """Raises ValueError with the sentence for the admin."""
        pieces = re.split(r"\{([^{}]*)\}", text)
        texts, names = tuple(pieces[::2]), tuple(pieces[1::2])
        if not text:
            raise ValueError('the template is empty; write one such as "{first}.{last}@contoso.com"')
        if len(text) > LONGEST:
            raise ValueError(f"the template is longer than {LONGEST} characters; shorten it")
        if "{{" in text or "}}" in text:
            raise ValueError(
                "two braces mean nothing here; write the name of a value in single braces, such as {first}"
            )
        if any("{" in each or "}" in each for each in texts):
            raise ValueError(
                "there is a single brace; write the name of a value between two, such as {first}, or no brace"
            )
        for name in names:
            if not re.fullmatch(VALUE_NAME, name):
                raise ValueError(_no_name(name))
        return cls(texts, names)

    def filled(self, values: Mapping[str, str]) -> str:
        """The text; "" where one of its values is empty or blank: half a name is nobody's."""
        if not all(values[name].strip() for name in self.names):
            return ""
        return self.texts[0] + "".join(
            values[name] + text for name, text in zip(self.names, self.texts[1:], strict=True)
        )

    @property
    def who(self) -> tuple[str, ...]:
        """The names before the first @ (all of them where there is none): these say who, the others where."""
        at = next((index for index, text in enumerate(self.texts) if "@" in text), len(self.names))
        return self.names[:at]


def made_of(names: Iterable[str], templates: Mapping[str, Template], *, who: bool = False) -> tuple[str, ...]:
    """The names, and all values that they are made of, each behind what it is made of itself (unless they go
    round in a circle).

    `who`: only what says who a person is.
    """
    done, seen = dict[str, None](), set[str]()
    left = [(name, False) for name in names][::-1]
    while left:
        name, ready = left.pop()
        if ready:
            done[name] = None
        elif name not in seen:
            seen.add(name)
            left.append((name, True))
            template = templates.get(name)
            below = () if template is None else template.who if who else template.names
            left += [(each, False) for each in reversed(below)]
    return tuple(done)


def circles(templates: Mapping[str, Template]) -> list[list[str]]:
    """Values that are made of each other, each circle once, from its first value round to that value
    again.
    """
    found: list[list[str]] = []
    for name in templates:
        if not any(name in circle for circle in found) and (circle := _round(name, templates)):
            found.append(circle)
    return found


def _round(start: str, templates: Mapping[str, Template]) -> list[str]:
    """The shortest way from a value back to itself; [] where there is none."""
    above: dict[str, str] = {}
    left = [start]
    for name in left:
        for below in templates[name].names if name in templates else ():
            if below == start:
                way = [start, name] if name != start else [start]
                while way[-1] != start:
                    way.append(above[way[-1]])
                return [*way[::-1], start] if name == start else way[::-1]
            if below not in above:
                above[below] = name
                left.append(below)
    return []


def _no_name(name: str) -> str:
    if "." in name or "@" in name:
        return (
            "a field can't be used in a template; give it a name in values, such as first: "
            f"{{from: {name}}}, and write {{first}}"
        )
    return f"{quote(name)} can't name a value; write one from values in braces, such as {{first}}"
