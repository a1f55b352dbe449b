"""The two answers of a desk that took a write."""

from __future__ import annotations

from connector.domain.outcome import Happened
from connector.domain.receipts import WriteReceipt

ALL_SET = Happened(WriteReceipt(fields_read_back=True))
NOT_ALL_SET = Happened(WriteReceipt(fields_read_back=False))
