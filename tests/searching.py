"""The line between `make quick` and `make test`: a search tries every combination, walks on for many sweeps,
looks through a browser, or takes half a second and more. `make test` runs all of it, `make quick` the part
that stands for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

SEARCH = pytest.mark.search


def searched(values: Sequence[Any], stands: Any, *more: Any) -> list[Any]:
    """The parameters of a search, in their order; those that stand for all are tried by `make quick`, too.
    Raises ValueError where one of these isn't among them.
    """
    quick = (stands, *more)
    for each in quick:
        values.index(each)
    marks = [() if each in quick else (SEARCH,) for each in values]
    return [
        pytest.param(*(each if isinstance(each, tuple) else (each,)), marks=mark)
        for each, mark in zip(values, marks, strict=True)
    ]
