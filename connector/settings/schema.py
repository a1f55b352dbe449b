"""JSON Schemas for editors, made from the models."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from connector.durations import DURATION, Limit, written
from connector.settings.form import Form


class _AsWritten(GenerateJsonSchema):
    """Defaults as a person would write them."""

    def encode_default(self, dft: Any) -> Any:
        if isinstance(dft, Limit):
            return f"{dft.count}/{written(dft.seconds)}"
        return None if isinstance(dft, Form) else super().encode_default(dft)


def schema_of(form: type[Form]) -> dict[str, Any]:
    made = {"$schema": "https://json-schema.org/draft/2020-12/schema", **form.model_json_schema(schema_generator=_AsWritten)}
    _tidy(made)
    return made


def _tidy(node: Any) -> None:
    """Spans of time as written, `kind` where it decides, and no titles or defaults that say nothing."""
    for child in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        _tidy(child)
    if not isinstance(node, dict):
        return
    if isinstance(node.get("title"), str):
        del node["title"]
    if "examples" in node and node.get("type") != "string":
        del node["examples"]  # written as YAML for sentences; to an editor they would be texts
    default = node.get("default")
    if "default" in node and default in (None, "", {}):
        del node["default"]
    elif node.get("pattern") == f"^({DURATION})$" and isinstance(default, int | float):
        node["default"] = written(int(default))
    if "const" in node.get("properties", {}).get("kind", {}):
        node["properties"]["kind"].pop("default", None)
        node["required"] = ["kind", *node.get("required", [])]
