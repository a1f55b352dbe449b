"""JSON Schemas for editors, made from the models: what may stand where, what it means, and an example of each
key.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any, get_args

import yaml
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema

from connector.domain.durations import DURATION, Limit, written
from connector.forms.form import Form


class _AsWritten(GenerateJsonSchema):
    """Defaults as a person would write them."""

    def encode_default(self, dft: Any) -> Any:
        if isinstance(dft, Limit):
            return f"{dft.count}/{written(dft.seconds)}"
        return None if isinstance(dft, Form) else super().encode_default(dft)


def schema_of(form: type[Form]) -> dict[str, Any]:
    made = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **form.model_json_schema(schema_generator=_AsWritten),
    }
    forms = {each.__name__: each for each in _forms(Form)}
    _explain(made, form)
    for name, section in made["$defs"].items():
        _explain(section, forms[name])
    _tidy(made)
    return made


def _forms(form: type[Form]) -> Iterator[type[Form]]:
    for each in form.__subclasses__():
        yield each
        yield from _forms(each)


def _explain(section: dict[str, Any], form: type[Form]) -> None:
    """Each key with its description and an example; what can't be empty without `null`."""
    for key, info in form.named().items():
        node: dict[str, Any] = section["properties"][key]
        node["description"] = info.description or (_about(form) if key == "kind" else "")
        if examples := _examples(info):
            node["examples"] = examples
        if key not in form.may_be_null and "anyOf" in node:
            node["anyOf"] = [each for each in node["anyOf"] if each != {"type": "null"}]
            if len(node["anyOf"]) == 1:
                node.update(node.pop("anyOf")[0])
        if key == "kind":
            del node["default"]
            section["required"] = ["kind", *section.get("required", [])]


def _examples(info: FieldInfo) -> list[Any]:
    """As values and not as YAML, in which the models have them for sentences."""
    kinds = [
        each
        for each in (info.annotation, *get_args(info.annotation))
        if isinstance(each, type) and issubclass(each, Form)
    ]
    shape = [kinds[0].shape] if len(kinds) == 1 else []
    return [yaml.safe_load(each) if isinstance(each, str) else each for each in info.examples or shape]


def _about(form: type[Form]) -> str:
    return inspect.cleandoc(form.__doc__ or "")


def _tidy(node: Any) -> None:
    """Spans of time as written, and no titles or defaults that say nothing."""
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _tidy(child)
    if not isinstance(node, dict):
        return
    if isinstance(node.get("title"), str):
        del node["title"]
    default = node.get("default")
    if "default" in node and (default in (None, "", {}) or (default == [] and node.get("minItems"))):
        del node["default"]
    elif node.get("pattern") == f"^({DURATION})$" and isinstance(default, int | float):
        node["default"] = written(int(default))
