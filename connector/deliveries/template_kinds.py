"""The kinds of templates, and what stands for the pass in them."""

from __future__ import annotations

# Notes without a pass, and the sentence for callers: a language of an admin's own may leave them to English.
# Mails to the person whom a pass was made for, without it: likewise.
TOLD = {"notice": "html", "noticesubject": "txt"}
NOTICES = (*TOLD, "refused", "stuck", "waiting", "used", "expired", "cancelled", "revoked", "caller")
KINDS = {  # and the suffix of their files
    "note": "txt",
    "mail": "html",
    "subject": "txt",
    "mailed": "txt",
    **dict.fromkeys(NOTICES, "txt"),
    **TOLD,
}
PASS = "pass"
# stands for it: private characters, which no value can hold, and which filters would spoil
PLACE = "\ue000pAsS\ue001"
