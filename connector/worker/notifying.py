"""Tell people of their passes, beside the sweeps: what is due is taken from the ledger, and struck off once
it is sent. Nothing here delays, fails or doubles a delivery. docs/decisions/0032
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Protocol

from connector.deliveries.render import Email
from connector.domain.errors import Down, PassdeskError
from connector.domain.notice import Contact, Notice
from connector.domain.outcome import DidNot, Effect, Happened
from connector.domain.reasons import Reason
from connector.domain.secret import Secret
from connector.ledger.notices import address_digest, told_too

OFTEN: Final = 3.0  # s between two looks for what is due
MOST: Final = 10  # notices of one round: asked about together
SOON: Final = 20.0  # s until another try
LONGEST_WAIT: Final = 600.0  # s between two tries
GIVE_UP: Final = 2 * 86400.0  # s after the delivery
BEFORE_END: Final = 60  # s: a link that ends sooner is left out

NO_ADDRESS: Final = "The directory has no mail address for them."
NOT_THERE: Final = "The directory doesn't have the account any more."
NOT_TAKEN: Final = "Exchange takes none of their addresses."
TOO_LATE: Final = "For two days, no mail could be sent to them."


class Outbox(Protocol):
    """The ledger, as far as notices are concerned. Each verb raises Unwritten."""

    @property
    def clock(self) -> Callable[[], float]: ...

    def take_notices(self, most: int) -> Sequence[Notice]: ...

    def notice_link(self, notice: Notice, token: str, lasts: float) -> None: ...

    def notice_waits(self, notice: Notice, wait: float) -> None: ...

    def notice_sent(self, notice: Notice) -> None: ...

    def notice_given_up(self, notice: Notice, why: str) -> None: ...

    def notices_due(self) -> Sequence[Notice]: ...

    def take_sessions(self) -> Sequence[str]: ...

    def sessions_tried(self, person: str, effect: Effect[None]) -> bool: ...

    def forget_links(self) -> None: ...


@dataclass(frozen=True)
class Notifier:
    """`contacts`: of people by object id, raises Down; `mail`: sends one; `write`: a letter; `sessions`: ends
    somebody's; `now`: Entra's clock, raises Down; `token`: a fresh one for each mail's link.
    """

    outbox: Outbox
    contacts: Callable[[Sequence[str]], Mapping[str, Contact | None]]
    mail: Callable[[str, str, Secret], Effect[None]]
    write: Callable[[Notice, Contact, str, Secret | None], Email | None]
    sessions: Callable[[str], Effect[None]]
    now: Callable[[], int]
    token: Callable[[], str] = lambda: secrets.token_urlsafe(32)
    failed: Callable[[str, Exception], None] = lambda what, error: None

    def round(self) -> bool:
        """Send what is due, one after the other. False: something couldn't be done, and waits."""
        try:
            left = [each for each in self.outbox.take_sessions() if not self.end_sessions(each)]
            self.outbox.forget_links()
            due = self.outbox.take_notices(MOST)
            return (not due or self.send(due)) and not left
        except PassdeskError:  # said elsewhere, by the sweeps, which use the same ledger and directory
            return False
        except Exception as error:  # noqa: BLE001  # nothing here may end the process, or stop the next round
            self.failed("notices", error)
            return False

    def rounds(self) -> None:
        """Send all that is due, as far as it goes now: for one sweep alone, whose process ends."""
        with suppress(PassdeskError):
            before, fine = len(self.outbox.notices_due()), self.round()
            while fine and 0 < (left := len(self.outbox.notices_due())) < before:
                before, fine = left, self.round()

    def send(self, due: Sequence[Notice]) -> bool:
        try:
            people = [who for each in due for who in (each.subject, each.requester) if who]
            known = self.contacts(people)
        except Down:
            for each in due:
                self.outbox.notice_waits(each, SOON)
            return False
        done = True
        for each in due:
            try:
                done = self.tell(each, known) and done
            except PassdeskError:
                done = False
            except Exception as error:  # noqa: BLE001  # one that nobody foresaw keeps no other from being told
                self.failed(each.number, error)
                done = False
        return done

    def tell(self, notice: Notice, known: Mapping[str, Contact | None]) -> bool:
        """Send one notice to each address that it didn't go to yet. Raises Down, Unwritten."""
        if notice.subject not in known:
            return self.wait(notice)
        to = known[notice.subject]
        if to is None or not to.addresses:
            self.outbox.notice_given_up(notice, NOT_THERE if to is None else NO_ADDRESS)
            return True
        asker = known.get(notice.requester or "")
        for address in to.addresses:
            if address_digest(notice, address) in notice.told:
                continue
            letter = self.letter(notice, to, asker.name if asker else "")
            sent = self.mail(address, letter.subject, letter.body) if letter else None
            if isinstance(sent, Happened):
                notice = told_too(notice, address)
            elif not (isinstance(sent, DidNot) and sent.reason is Reason.RECIPIENT_NOT_ALLOWED):
                return self.wait(notice)
        if notice.told:
            self.outbox.notice_sent(notice)
        else:
            self.outbox.notice_given_up(notice, NOT_TAKEN)
        return True

    def letter(self, notice: Notice, to: Contact, asker: str) -> Email | None:
        """Write one, with a link of its own, whose token is written down before anybody has it. All links of
        an attempt end with its pass.
        """
        left = notice.end - self.now()
        if left < BEFORE_END:
            return self.write(notice, to, asker, None)
        token = self.token()
        self.outbox.notice_link(notice, token, left)
        return self.write(notice, to, asker, Secret(token))

    def wait(self, notice: Notice) -> bool:
        """Hand it back: less and less often, and not for ever."""
        age = self.outbox.clock() - notice.made
        if age >= GIVE_UP and notice.told:
            self.outbox.notice_sent(notice)
        elif age >= GIVE_UP:
            self.outbox.notice_given_up(notice, TOO_LATE)
        else:
            self.outbox.notice_waits(notice, min(LONGEST_WAIT, max(SOON, age / 4)))
        return False

    def end_sessions(self, person: str) -> bool:
        """End somebody's sessions. True: nothing is left to do. Raises Unwritten."""
        return self.outbox.sessions_tried(person, self.sessions(person))
