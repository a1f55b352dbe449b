"""Text from outside, made harmless."""

from __future__ import annotations

import pytest

from connector.deliveries.sanitize import sanitize


@pytest.mark.parametrize("forged", ["TAP-7QK3F9C2", "TAP<-7QK3F9C2", "T>AP-7QK3F9C2", "TAP\u200b-7QK3F9C2"])
def test_no_text_from_outside_looks_like_a_reference(forged: str) -> None:
    assert sanitize(forged) == "TAP 7QK3F9C2"
