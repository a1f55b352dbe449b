"""Every scenario: what befalls the ticket, and how it ends, killed or not."""

from __future__ import annotations

from typing import Final

from connector.domain.outcome import Ending, State
from connector.domain.reasons import Reason
from tests.kill.handings import HANDINGS
from tests.kill.scenario import (
    ALWAYS,
    LIVE,
    Scenario,
    cancelled,
    expired,
    forbidden,
    late,
    overwritten,
    taken_away,
    used,
)

STRANGE = (State.STUCK, Reason.UNKNOWN_HISTORY)
NO = (State.REFUSED, Reason.SUBJECT_DISABLED)
OUT = (State.REFUSED, Reason.SUBJECT_OUT_OF_SCOPE)
ALL: Final = {
    each.name: each
    for each in (
        Scenario("sunny", "a pass is made, delivered and looked after", LIVE),
        Scenario("told", "the person is told of their pass", LIVE, {"told": ["lose"]}, notifies=True),
        Scenario("lost-post", "the reply to the POST is lost", LIVE, {"issue": ["lose"]}),
        Scenario("lost-note", "the reply to the note is lost", LIVE, {"deliver": ["lose"]}),
        Scenario("refusal", "the account is disabled", NO, verdict="no"),
        Scenario(
            "used",
            "the pass is used, and ended a quarter of an hour later",
            (State.ENDED, Ending.USED),
            comes=used,
        ),
        Scenario("cancelled", "the ticket is closed", (State.ENDED, Ending.CANCELLED), comes=cancelled),
        Scenario("expiry", "nobody uses the pass", (State.ENDED, Ending.EXPIRED), comes=expired),
        Scenario(
            "stuck",
            "the desk refuses every note",
            (State.STUCK, Reason.ATTEMPTS_EXHAUSTED),
            {"deliver": ALWAYS},
        ),
        Scenario("late-post", "the POST lands 40 s after its connection was lost", LIVE, {"issue": ["late"]}),
        Scenario("dropped-post", "the POST never lands", LIVE, {"issue": ["drop"]}),
        Scenario(
            "unseen-note",
            "the reply to the note is lost, and no journal may be read",
            LIVE,
            {"deliver": ["lose"]},
            journal=False,
        ),
        Scenario("refused-post", "Entra refuses the POST for good", OUT, {"issue": ["never"] * 40}),
        Scenario("later-post", "Entra has no time for the POST", LIVE, {"issue": ["later"]}),
        Scenario("otherwise", "Entra makes the pass otherwise than asked", LIVE, {"issue": ["otherwise"]}),
        Scenario(
            "out-of-scope", "the policy won't let the pass be used", OUT, {"issue": ["out of scope"] * 40}
        ),
        Scenario("changed", "the ticket is changed while it is handled", LIVE, {"supports": ["no"]}),
        Scenario("rests", "the desk refuses everybody for long", LIVE, {"deliver": ["shared"] * 6}, pace=120),
        Scenario(
            "waited",
            "evidence is missing for longer than is waited",
            (State.STUCK, Reason.WAITED_TOO_LONG),
            {"judge": ["missing"] * 400},
            patience=20.0,
        ),
        Scenario("outstanding", "the approval is outstanding at first", LIVE, {"judge": ["not yet"]}),
        Scenario(
            "told-waiting",
            "the ticket says why it waits, the reply is lost, and the approval comes",
            LIVE,
            {"judge": ["not yet"] * 12, "tell": ["lose"]},
            tells=4.0,
        ),
        Scenario(
            "refused-word",
            "the desk refuses every word but the note",
            LIVE,
            {"deliver": ["unsettled"], "tell": ALWAYS},
        ),
        Scenario("lost-words", "replies to two words are lost", NO, {"tell": ["lose", "drop"]}, verdict="no"),
        Scenario("stranger", "the ledger doesn't know a reference", STRANGE, strangers=("TAP-AAAAAAAA-1",)),
        Scenario(
            "asked-again",
            "the ticket asks for one more pass when the first is over",
            LIVE,
            comes=expired,
            asks=True,
        ),
        Scenario(
            "far-ahead",
            "a POST for tomorrow is given up, and lands when the next attempt is delivered",
            (State.ENDED, Ending.REVOKED),
            faults={"issue": ["very late"]},
            comes=late,
            spared=(State.ENDED, Ending.EXPIRED),  # it lands while nothing stands yet
            starts=86_400,
        ),
        Scenario(
            "forbidden",
            "somebody disables the account before the start",
            (State.ENDED, NO[1]),
            comes=forbidden,
        ),
        Scenario(
            "taken-away", "an administrator deletes the pass", (State.ENDED, Ending.REVOKED), comes=taken_away
        ),
        Scenario(
            "overwritten",
            "the first attempt's note arrives last",
            (State.STUCK, Reason.NOTE_OVERWRITTEN),
            {"deliver": ["lose"]},
            comes=overwritten,
            journal=False,
        ),
        *HANDINGS,
    )
}
