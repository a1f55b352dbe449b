"""A Graph that takes mails, and what a voice says into them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from connector.deliveries.manager_mail import ManagerMail
from connector.deliveries.render import Renderer
from connector.deliveries.template_files import load
from connector.entra.mail import Mailbox
from tests.deliveries.conftest import START
from tests.entra.tenant import reaching
from tests.http.loopback import Asked, Says

TEMPLATES = load()
BOSS, TO = "b0b0b0b0-1111-4111-8111-111111111111", "grace.boss@contoso.com"
RECIPIENT = f"mail:{BOSS}|{TO}"
TAKEN = Says(202)


@dataclass
class Post:
    """`script` answers the next mails; then all are taken. `seen`: every mail that arrived, as JSON;
    `bodies`: of those taken.
    """

    script: list[Says] = field(default_factory=list)
    seen: list[Any] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    mail: Callable[..., ManagerMail] = field(init=False)

    def __call__(self, asked: Asked) -> Says:
        self.seen.append(asked.json)
        says = self.script.pop(0) if self.script else TAKEN
        if says is TAKEN:
            self.bodies.append(asked.json["message"]["body"]["content"])
        return says


def voice(**more: Any) -> Renderer:
    return Renderer(
        **{"templates": TEMPLATES, "zone": "Europe/Amsterdam", "clock": lambda: float(START - 75), **more}
    )


@contextmanager
def posting() -> Iterator[Post]:
    post = Post()
    with reaching(post) as it:
        box = Mailbox(it.graph, "servicedesk@contoso.com", monotonic=it.time)
        post.mail = lambda **more: ManagerMail(
            box, voice(**more), lambda id_: "Omar Diaz" if id_ == "r1" else ""
        )
        yield post


def as_text(html: str) -> list[str]:
    """What is left for who reads no HTML: tags gone, and nothing put in their place."""
    return [line for line in unescape(re.sub(r"<[^>]*>", "", html)).strip().splitlines() if line]
