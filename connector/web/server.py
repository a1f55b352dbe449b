"""The page's own threads: it listens, answers and counts beside the work, and never holds it up."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from threading import Event as StopEvent
from threading import Thread
from typing import TYPE_CHECKING, Any, Final

from connector import log
from connector.config.load import Config
from connector.config.web import Public, Web, host_of, port_of
from connector.desks.kinds import KINDS
from connector.entra.contacts import end_sessions
from connector.operating.disowning import disown
from connector.web.gate import Gate
from connector.web.tally import Tally
from connector.web.window import Window
from connector.wire import App, Clocks, reading_ledger
from connector.worker.hints import NO_HINTS, Hints

if TYPE_CHECKING:
    from connector.web.public import Door

THREADS: Final = 4
LINGER: Final = 1.0  # s that answers under way are given at the end


def listening(config: Config, web: Web | Public) -> socket.socket:
    """A socket on a page's address. Raises Mistakes where it can't be had."""
    host, port = host_of(web.listen), port_of(web.listen)
    try:
        family, kind, proto, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        bound = socket.socket(family, kind, proto)
        try:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            bound.bind(where)
            bound.listen(128)
        except OSError:
            bound.close()
            raise
    except OSError as error:
        why = error.strerror or str(error)
    else:
        return bound
    sentence = f"the page can't listen on {web.listen} ({why}); end what has it, or write another address"
    raise config.mistake(sentence, *(("web",) if isinstance(web, Web) else ("web", "public")), "listen")


@contextmanager
def served(
    house: App,
    bound: socket.socket,
    tally: Tally | None = None,
    clocks: Clocks | None = None,
    hints: Hints = NO_HINTS,
) -> Iterator[Window]:
    """Serve the page until the block ends, and then for a moment what is under way. `tally`: what hears the
    tickets' events. `hints`: what hears of the tickets that desks name.
    """
    from connector.web.site import site

    web = house.config.settings.web
    assert web is not None
    clocks, stop = clocks or Clocks(), StopEvent()
    with ExitStack() as stack:
        reader = stack.enter_context(reading_ledger(house.config, clocks))
        window = Window(house.config, web, reader, house.ledger, house.issuer, clocks.wall, tally or Tally())
        window.gates = gates(house.config, hints, clocks)
        house.read_only.asked.listeners.append(window.tally.called)
        stack.enter_context(answering(site(window), bound, web.trusted_proxy))
        figures = Thread(
            target=window.figures.keep_fresh,
            args=(stop, lambda error: log.failed("the page's figures", error)),
            name="figures",
            daemon=True,
        )
        figures.start()
        try:
            yield window
        finally:
            stop.set()
            figures.join(LINGER)


def gates(config: Config, hints: Hints, clocks: Clocks) -> dict[str, Gate]:
    """One for each desk that may call."""
    found = {}
    for name, box in hints.boxes.items():
        dialect = KINDS[config.settings.desks[name].kind].dialect
        secret = config.settings.hooks[name].secret
        found[name] = Gate(secret, dialect.ticket_id, box, clocks.wall, clocks.steady)
    return found


@contextmanager
def public_served(house: App, bound: socket.socket, clocks: Clocks | None = None) -> Iterator[Door]:
    """Serve the page behind the link in a notice until the block ends."""
    from connector.web.public import Door, public_site

    settings = house.config.settings
    web = settings.web
    assert web is not None and web.public is not None
    clocks, sessions = clocks or Clocks(), partial(end_sessions, house.read_only.beside)
    phone = settings.mail.phone if settings.mail else ""
    door = Door(web.public, partial(disown, house.ledger, house.issuer, sessions), clocks.wall, phone)
    with answering(public_site(door), bound, web.trusted_proxy):
        yield door


@contextmanager
def answering(app: Any, bound: socket.socket, proxy: str | None) -> Iterator[None]:
    """Answer requests on a socket, in threads, until the block ends."""
    from waitress import create_server, wasyncore

    channels: dict[int, Any] = {}
    trusted: dict[str, Any] = {}
    if proxy:
        trusted = {
            "trusted_proxy": proxy,
            "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"},
            "clear_untrusted_proxy_headers": True,
        }
    server = create_server(
        app,
        map=channels,
        sockets=[bound],
        threads=THREADS,
        ident="",
        channel_timeout=60,
        connection_limit=100,
        max_request_body_size=64 * 1024,
        max_request_header_size=32 * 1024,
        **trusted,
    )
    stop = StopEvent()

    def loop() -> None:
        while not stop.is_set():
            wasyncore.loop(timeout=30, map=channels, count=1)

    thread = Thread(target=loop, name="page", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        server.pull_trigger()
        thread.join(LINGER)
        server.task_dispatcher.shutdown(timeout=LINGER)
        with suppress(OSError):
            wasyncore.close_all(channels, ignore_all=True)
            bound.close()
