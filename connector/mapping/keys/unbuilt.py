"""Keys of mapping files that are accepted and do nothing in this release, each with what is missing.

A key leaves this table with the commit that builds it.
"""

from __future__ import annotations

from typing import Final

MISSING: Final = {
    "mode": "there is no trial run in this release; with mode: shadow the mapping's tickets only wait "
    "(paused), and nothing is written on them",
}
