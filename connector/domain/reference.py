"""What our references look like on a ticket, whatever the desk."""

from __future__ import annotations

import re

REFERENCE = re.compile(r"\bTAP-[0-9A-HJKMNP-TV-Z]{8}(?:-\d+)?\b")
