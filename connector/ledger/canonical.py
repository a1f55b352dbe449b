"""JSON of which there is one way to write it: what hashes are taken over."""

from __future__ import annotations

import json
from json.encoder import encode_basestring
from math import isfinite

_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def canonical(said: object) -> str:
    return _JSON.encode(said)


def canonical_line(seq: int, at: float, *texts: str | None) -> str:
    """The same as `canonical([seq, at, *texts])`, in a third of the time: a trail has millions of lines."""
    if not isfinite(at):
        return canonical([seq, at, *texts])
    parts = ["null" if each is None else encode_basestring(each) for each in texts]
    return f"[{','.join([str(seq), float.__repr__(at), *parts])}]"
