"""How a pass is handed over by the real deliveries: by mail, by one where the other is refused, and at
TOPdesk.
"""

from __future__ import annotations

from typing import Final

from connector.domain.outcome import Ending, State
from connector.domain.reasons import Reason
from tests.kill.scenario import LIVE, Scenario, expired
from tests.kill.truth import MAIL, NOTE

BOTH, OTHER = (MAIL, NOTE), (NOTE, MAIL)
ACTIONS = ("note:action",)
HANDINGS: Final = (
    Scenario("mail", "the pass is mailed to the manager", LIVE, desk="journal", places=(MAIL,)),
    Scenario(
        "lost-mail",
        "replies to the mail and to the word after it are lost",
        LIVE,
        {"mail": ["lose"], "tell": ["lose", "lose"]},
        desk="journal",
        places=(MAIL,),
    ),
    Scenario("dropped-mail", "the mail never arrives", LIVE, {"mail": ["drop"]}, desk="journal", places=BOTH),
    Scenario(
        "fallback",
        "the mail is refused, so the pass goes into a note",
        LIVE,
        {"mail": ["refuse"]},
        desk="journal",
        places=BOTH,
    ),
    Scenario(
        "other-fallback",
        "the note is refused, so the pass is mailed",
        LIVE,
        {"deliver": ["counted", "counted"]},
        desk="journal",
        places=OTHER,
    ),
    Scenario(
        "lost-fallback",
        "the mail is refused, and the note's reply is lost",
        LIVE,
        {"mail": ["not sent"], "deliver": ["lose"]},
        desk="journal",
        places=BOTH,
    ),
    Scenario(
        "both-refused",
        "mail and note are refused at first",
        LIVE,
        {"mail": ["refuse"], "deliver": ["counted"] * 2},
        desk="journal",
        places=BOTH,
    ),
    Scenario(
        "refused-field",
        "the desk takes the note without its fields only",
        LIVE,
        {"mail": ["refuse"], "deliver": ["counted"]},
        desk="journal",
        places=BOTH,
    ),
    Scenario(
        "mail-unseen",
        "a mail, and no journal may be read",
        LIVE,
        {"tell": ["lose"]},
        desk="journal",
        places=(MAIL,),
        journal=False,
    ),
    Scenario(
        "fallback-unseen",
        "the mail is refused, and no journal may be read",
        LIVE,
        {"mail": ["refuse"], "deliver": ["unsettled"]},
        desk="journal",
        places=BOTH,
        journal=False,
    ),
    Scenario(
        "mail-expiry",
        "nobody uses the mailed pass",
        (State.ENDED, Ending.EXPIRED),
        desk="journal",
        places=(MAIL,),
        comes=expired,
    ),
    Scenario(
        "mail-words",
        "replies to the words after a mail are lost",
        (State.ENDED, Ending.EXPIRED),
        {"tell": ["lose", "drop", "counted", "lose"]},
        desk="journal",
        places=(MAIL,),
        comes=expired,
    ),
    Scenario(
        "topdesk",
        "nobody uses the pass, and its note is taken away",
        (State.ENDED, Ending.EXPIRED),
        desk="topdesk",
        places=ACTIONS,
        comes=expired,
    ),
    Scenario(
        "topdesk-lost",
        "the reply to the PATCH is lost",
        LIVE,
        {"deliver": ["lose"]},
        desk="topdesk",
        places=ACTIONS,
    ),
    Scenario(
        "topdesk-late",
        "the PATCH lands after its attempt",
        LIVE,
        {"deliver": ["late"]},
        desk="topdesk",
        places=ACTIONS,
    ),
    Scenario(
        "topdesk-unread",
        "the trail can't be read after the PATCH",
        LIVE,
        {"deliver": ["unread"]},
        desk="topdesk",
        places=ACTIONS,
    ),
    Scenario(
        "topdesk-blind",
        "the trail may not be read after the PATCH",
        LIVE,
        {"deliver": ["blind"]},
        desk="topdesk",
        places=ACTIONS,
        journal=False,
    ),
    Scenario(
        "topdesk-refusal",
        "the account is disabled",
        (State.REFUSED, Reason.SUBJECT_DISABLED),
        desk="topdesk",
        verdict="no",
        places=ACTIONS,
    ),
    Scenario(
        "topdesk-seen",
        "callers see every action",
        (State.STUCK, Reason.ATTEMPTS_EXHAUSTED),
        {"deliver": ["show"] * 40},
        desk="topdesk",
        places=ACTIONS,
    ),
    Scenario(
        "topdesk-kept",
        "the account may delete nothing",
        (State.ENDED, Ending.EXPIRED),
        {"remove": ["refuse"] * 40},
        keeps=True,
        desk="topdesk",
        places=ACTIONS,
        comes=expired,
    ),
    Scenario(
        "topdesk-mail",
        "the mail is refused, so the pass goes into an action",
        LIVE,
        {"mail": ["refuse"]},
        desk="topdesk",
        places=(MAIL, *ACTIONS),
    ),
    Scenario(
        "topdesk-seen-mail",
        "callers see the action, and a mail would be next",
        LIVE,
        {"deliver": ["show"] * 40},
        desk="topdesk",
        places=(*ACTIONS, MAIL),
    ),
)
