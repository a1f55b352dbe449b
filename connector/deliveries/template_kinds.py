"""The kinds of templates, and what stands for the pass in them."""

from __future__ import annotations

# Notes without a pass, and the sentence for callers: a language of an admin's own may leave them to English.
NOTICES = ("refused", "stuck", "waiting", "used", "expired", "cancelled", "revoked", "caller")
KINDS = {"note": "txt", "mail": "html", "subject": "txt", "mailed": "txt"} | dict.fromkeys(
    NOTICES, "txt"
)  # and the suffix of their files
PASS = "pass"
# stands for it: private characters, which no value can hold, and which filters would spoil
PLACE = "\ue000pAsS\ue001"
