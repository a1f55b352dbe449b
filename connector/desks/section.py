"""The section of one desk in config.yaml, as far as every kind of desk has it."""

from __future__ import annotations

from typing import Any

from connector.forms.form import Form
from connector.forms.values import ServiceUrl


class DeskSection(Form):
    """A kind's own section derives from this. `auth`: how passdesk signs in there."""

    kind: str
    url: ServiceUrl
    auth: Any
