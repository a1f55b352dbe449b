"""The text that a line's hash is taken over is the same, however it is written."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from connector.ledger.canonical import canonical, canonical_line

TEXTS = st.lists(st.none() | st.text(), max_size=5)


@given(st.integers(0), st.floats(), TEXTS)
def test_a_line_that_is_written_quickly_is_the_canonical_one(
    seq: int, at: float, texts: list[str | None]
) -> None:
    assert canonical_line(seq, at, *texts) == canonical([seq, at, *texts])
