"""JSON of which there is one way to write it: what hashes are taken over."""

from __future__ import annotations

import json

_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical(said: object) -> str:
    return _JSON.encode(said)
