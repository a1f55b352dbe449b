"""Plain internal notes without a pass: why there is none, why it is waited for, or that it has ended. Agents
see them, callers don't. Their texts are templates, in the language of `note.language`.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from connector.deliveries.dates import moment_in
from connector.deliveries.labels import labelled_all, setting, way_back
from connector.deliveries.sanitize import sanitize
from connector.deliveries.template_files import Templates
from connector.deliveries.wording import ENGLISH, Wording, wording
from connector.domain.outcome import Ending, State
from connector.domain.reasons import MEANINGS, Reason
from connector.domain.ticket import Claim
from connector.mapping.model import Mapping

_MOST = 300  # characters of a reason's detail
# Words that begin our sentences and aren't names.
_STARTERS = frozenset({
    "A", "Another", "Any", "Approved", "As", "Issuing", "It", "More", "Nobody", "Passes", "Requester",
    "Requests", "Several", "Somebody", "Something", "The", "There", "Two",
})  # fmt: skip
_FIELDS = frozenset({"field", "fields"})


@dataclass(frozen=True)
class Notices:
    """The notes of one mapping."""

    templates: Templates
    mapping: Mapping
    installation: str = "passdesk"

    def notice(self, claim: Claim) -> str | None:
        """One short note; None where `claim.next_state` needs no words."""
        kind = kind_of(claim)
        return self._rendered(kind, self._about(claim)) if kind else None

    def for_caller(self) -> str:
        """The one sentence that callers may see, the same for every no."""
        return self._rendered("caller", {})

    @property
    def words(self) -> Wording:
        return wording(self.mapping.note.language)

    def why(self, claim: Claim) -> str:
        """The rule's finding, else what the reason means; a sentence. A note on a wait says the same of
        everybody.
        """
        known = self.words.reasons.get(claim.reason) if isinstance(claim.reason, Reason) else None
        found = self.detail(claim) if claim.next_state in {State.REFUSED, State.ENDED} else ""
        return found or (known.sentence if known else "")

    def detail(self, claim: Claim) -> str:
        """The rule's finding, in the note's language; "" where that can't be told in it."""
        said = sanitize(claim.detail, _MOST)
        told = self.words.detail(said, self._shown)
        return told or (said if self.words.language == ENGLISH else "")

    def _about(self, claim: Claim) -> dict[str, object]:
        """Everything that a template may name, harmless."""
        why, attempt = self.why(claim), claim.attempt
        back = isinstance(claim.reason, Reason) and MEANINGS[claim.reason].back_in_queue
        return {
            "reference": claim.code,
            "ticket": sanitize(claim.number),
            "installation": sanitize(self.installation),
            "reason": str(claim.reason) if isinstance(claim.reason, Reason) else "",
            "why": why,
            "because": _inside(why),
            "next": self._step(claim),
            "detail": self.detail(claim),
            "void": attempt is not None and claim.reason is not Reason.REVOCATION_UNPROVEN,
            "back": way_back(self.mapping, self.words.language) if back else "",
            "another": self._another(claim),
            "ended": self._moment(attempt.end) if attempt else "",
            "once": attempt is not None and attempt.one_time,  # Entra tells the use of no other pass
            "since": self._moment(claim.wait_since) if claim.wait_since is not None else "",
        }

    def _step(self, claim: Claim) -> str:
        """The agent's next step; it stands behind a colon."""
        known = self.words.reasons.get(claim.reason) if isinstance(claim.reason, Reason) else None
        step = known.step if known else ""
        return _small(step) if self.words.language == ENGLISH else step

    def _another(self, claim: Claim) -> str:
        """The field by which the ticket asks for one more pass; "" where only a person gives one."""
        again = self.mapping.again
        if again is None or claim.reason is Ending.REVOKED:
            return ""
        return setting(again.field, again.values, self.mapping, self.words.language)

    def _shown(self, name: str, value: str) -> str:
        """A value of a detail as people read it."""
        if name in _FIELDS:
            return labelled_all(value, self.mapping, self.words.language)
        with suppress(ValueError):
            return self._moment(datetime.fromisoformat(value).timestamp()) if name == "moment" else value
        return value

    def _moment(self, at: float) -> str:
        return moment_in(int(at), self.mapping.timezone, self.words.language)

    def _rendered(self, kind: str, values: dict[str, object]) -> str:
        rules = self.mapping.note
        try:
            return self.templates.notice(rules.template, kind, rules.language).render(values).strip()
        except Exception:  # noqa: BLE001  # checked before with all it may ask; if it fails, little is said
            return f"Reference {values['reference']}" if "reference" in values else ""


def kind_of(claim: Claim) -> str | None:
    """The kind of template that says what became of a ticket."""
    match claim.next_state, claim.reason:
        case (State.REFUSED | State.STUCK | State.WAITING) as state, _:
            return state.value
        case State.ENDED, (Ending.USED | Ending.EXPIRED | Ending.CANCELLED) as ending:
            return ending.value
        case State.ENDED, _:
            return "revoked"
        case _:
            return None


def _inside(sentence: str) -> str:
    """An English sentence, to stand behind a colon."""
    return _small(sentence) if sentence.partition(" ")[0] in _STARTERS else sentence


def _small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
