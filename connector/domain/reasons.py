"""The closed set of reason codes, each with what it means and what to do: `schema reasons` and the docs are
made from this table.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from connector.domain.errors import Down, SignInRefused


class Reason(StrEnum):
    """Words joined by `_`; a code never changes its meaning."""

    SUBJECT_MISSING = "subject_missing"
    SUBJECT_MALFORMED = "subject_malformed"
    SUBJECT_NOT_FOUND = "subject_not_found"
    SUBJECT_AMBIGUOUS = "subject_ambiguous"
    SUBJECT_DISABLED = "subject_disabled"
    SUBJECT_GUEST = "subject_guest"
    SUBJECT_PRIVILEGED = "subject_privileged"
    SUBJECT_PROTECTED = "subject_protected"
    SUBJECT_OUT_OF_SCOPE = "subject_out_of_scope"
    SUBJECT_CHANGED = "subject_changed"
    SUBJECT_HELD = "subject_held"
    CONFIRMATION_DIFFERS = "confirmation_differs"
    REQUESTER_MISSING = "requester_missing"
    REQUESTER_NOT_FOUND = "requester_not_found"
    REQUESTER_NOT_ALLOWED = "requester_not_allowed"
    FOUR_EYES = "four_eyes"
    APPROVAL_REJECTED = "approval_rejected"
    CHANNEL_NOT_ALLOWED = "channel_not_allowed"
    NOT_VERIFIED = "not_verified"
    LIFETIME_NOT_ALLOWED = "lifetime_not_allowed"
    START_NOT_ALLOWED = "start_not_allowed"
    RECIPIENT_MISSING = "recipient_missing"
    RECIPIENT_NOT_ALLOWED = "recipient_not_allowed"
    NOTE_IS_MAILED = "note_is_mailed"
    NOTE_IS_COPIED = "note_is_copied"
    TICKET_TOO_OLD = "ticket_too_old"
    MAPPING_FAILED = "mapping_failed"
    MAPPING_AMBIGUOUS = "mapping_ambiguous"

    APPROVAL_OUTSTANDING = "approval_outstanding"
    APPROVAL_UNPROVEN = "approval_unproven"
    PASS_STANDING = "pass_standing"
    LIMIT_SUBJECT = "limit_subject"
    LIMIT_REQUESTER = "limit_requester"
    LIMIT_OVERALL = "limit_overall"
    OUTSIDE_HOURS = "outside_hours"
    PAUSED = "paused"
    SUBJECT_TOO_NEW = "subject_too_new"
    TICKET_CHANGED = "ticket_changed"
    RECOVERING = "recovering"
    START_REFUSED = "start_refused"
    EVIDENCE_MISSING = "evidence_missing"
    DIRECTORY_UNREACHABLE = "directory_unreachable"
    DESK_UNREACHABLE = "desk_unreachable"
    DESK_REFUSED = "desk_refused"
    MAIL_UNREACHABLE = "mail_unreachable"
    SIGN_IN_REFUSED = "sign_in_refused"

    ATTEMPTS_EXHAUSTED = "attempts_exhausted"
    UNKNOWN_HISTORY = "unknown_history"
    NOTE_OVERWRITTEN = "note_overwritten"
    REVOCATION_UNPROVEN = "revocation_unproven"
    WAITED_TOO_LONG = "waited_too_long"


# Codes that are promised, and that nothing in this release gives. A test reads the code for them.
NOT_YET_GIVEN: frozenset[Reason] = frozenset()
NOT_YET = "No ticket gets it in this release."


@dataclass(frozen=True)
class Meaning:
    """`outcome` is refused, deferred or stuck; `sentence` says what it means, `cure` what an agent or
    operator does next. `step`: what the ticket says instead, where the cure is for others than agents.
    """

    outcome: str
    sentence: str
    cure: str
    step: str = ""

    @property
    def on_ticket(self) -> str:
        """The agent's part of the cure: an agent has neither passdesk's verbs nor its configuration."""
        if self.step:
            return self.step
        agents, whose, _ = (
            _OTHERS.split(self.cure, maxsplit=1) if _OTHERS.search(self.cure) else (self.cure, "", "")
        )
        return agents.strip() or f"Tell {_WHOM[whose]}."

    @property
    def back_in_queue(self) -> bool:
        """Tell whether the ticket may be put back into the queue for it."""
        return _AGAIN in self.cure or _BACK in self.cure


_OTHERS = re.compile(r"(ITSM admin|Operator): ")
_WHOM = {"ITSM admin": "the ITSM admin", "Operator": "an operator of passdesk"}
_AGAIN = "The ticket is judged again when it changes, or when it is put back into the queue."
_BACK = "then put the ticket back into the queue."

MEANINGS: dict[Reason, Meaning] = {
    Reason.SUBJECT_MISSING: Meaning("refused", "The ticket doesn't say who the pass is for.", f"Fill in the person's field. {_AGAIN}"),
    Reason.SUBJECT_MALFORMED: Meaning("refused", "The text that the ticket has for the person can't be a sign-in name.", f"Correct the field. {_AGAIN}"),
    Reason.SUBJECT_NOT_FOUND: Meaning("refused", "Nobody in the directory has the sign-in name on the ticket.", f"Check the spelling. {_AGAIN}"),
    Reason.SUBJECT_AMBIGUOUS: Meaning("refused", "The ticket matches more than one person.", "Correct the ticket, or hand it to the identity team. ITSM admin: let the mapping use a field that belongs to one person only."),
    Reason.SUBJECT_DISABLED: Meaning("refused", "The account is disabled.", f"Have the account enabled, {_BACK}"),
    Reason.SUBJECT_GUEST: Meaning("refused", "The account is a guest; guests sign in with their own organisation's methods.", "Send the person to the service desk of their own organisation."),
    Reason.SUBJECT_PRIVILEGED: Meaning("refused", "The person has administrator rights, or could take them up.", "Hand the ticket to the identity team; people with such roles get a pass in person only."),
    Reason.SUBJECT_PROTECTED: Meaning("refused", "The person is protected, by a group or a restricted management unit: they never get a pass here.", "Hand the ticket to the identity team."),
    Reason.SUBJECT_OUT_OF_SCOPE: Meaning("refused", "The tenant's policy doesn't allow a Temporary Access Pass for this person, or this desk doesn't serve them.", "Ask the identity team whether the person should be in the policy's groups."),
    Reason.SUBJECT_CHANGED: Meaning("refused", "The sign-in name belongs to another account than when the ticket was first judged.", "Hand the ticket to the identity team: the name may belong to another person now."),
    Reason.SUBJECT_HELD: Meaning("refused", "The person said that an earlier pass wasn't asked for by them; until somebody has looked into it, they get none.", "Hand the ticket to the identity team: somebody may have asked in this person's name. Operator: find out who did, then run `passdesk unhold WHO`, and put the ticket back into the queue.", "Hand the ticket to the identity team: somebody may have asked in this person's name."),
    Reason.CONFIRMATION_DIFFERS: Meaning("refused", "A detail on the ticket differs from the directory.", f"Verify the person, and correct the field. {_AGAIN}"),
    Reason.REQUESTER_MISSING: Meaning("refused", "The ticket doesn't name a requester.", f"Fill in the requester's field. {_AGAIN}"),
    Reason.REQUESTER_NOT_FOUND: Meaning("refused", "The directory has nobody, or more than one person, for the requester on the ticket.", f"Check the requester's field. {_AGAIN}"),
    Reason.REQUESTER_NOT_ALLOWED: Meaning("refused", "The requester may not request a pass for this person.", "Have the person, or their manager, open the ticket."),
    Reason.FOUR_EYES: Meaning("refused", "Requester, approver and recipient must be different people.", f"Have somebody else approve, or assign the ticket to somebody else, {_BACK}"),
    Reason.APPROVAL_REJECTED: Meaning("refused", "The request was rejected.", "Nothing; open a new ticket if the decision changes."),
    Reason.CHANNEL_NOT_ALLOWED: Meaning("refused", "Requests from this channel can't be handled automatically.", "Call the person back on a number that you know, and open a ticket yourself."),
    Reason.NOT_VERIFIED: Meaning("refused", "The person's identity wasn't verified.", f"Verify the person as the desk's rules say, {_BACK}"),
    Reason.LIFETIME_NOT_ALLOWED: Meaning("refused", "The mapping's lifetime or kind of pass isn't allowed by the tenant's policy or by the floor.", "ITSM admin: run `passdesk check`; it names the range.", "Tell the ITSM admin, who sets the lifetime and the kind of pass."),
    Reason.START_NOT_ALLOWED: Meaning("refused", "The start on the ticket isn't allowed.", f"Choose another start. {_AGAIN}"),
    Reason.RECIPIENT_MISSING: Meaning("refused", "There is nobody to give the pass to.", f"Assign the ticket to an agent whom the directory knows, or have the manager entered there, {_BACK}"),
    Reason.RECIPIENT_NOT_ALLOWED: Meaning("refused", "The recipient may not receive the pass.", "Hand the ticket to the identity team."),
    Reason.NOTE_IS_MAILED: Meaning("refused", "The ticket's work notes are mailed to the people on its watch list.", f"Empty the work notes list. {_AGAIN}"),
    Reason.NOTE_IS_COPIED: Meaning("refused", "The ticket is linked to others, and a desk may copy notes over such a link.", f"Take the link away, or open another ticket for the pass. {_AGAIN} ITSM admin: a restricted field in `note.field` is not copied with the notes."),
    Reason.TICKET_TOO_OLD: Meaning("refused", "The ticket is older than tickets may be that get a pass.", "Ask the person whether the pass is still needed, and open a new ticket for it."),
    Reason.MAPPING_FAILED: Meaning("refused", "A field of the ticket doesn't have the form that the mapping needs.", f"Correct the field. {_AGAIN}"),
    Reason.MAPPING_AMBIGUOUS: Meaning("refused", "Two mappings match this ticket.", "ITSM admin: make their `watch` conditions exclude each other.", "Tell the ITSM admin, who keeps the two mappings apart."),
    Reason.APPROVAL_OUTSTANDING: Meaning("deferred", "The approval is outstanding.", "Nothing: the ticket continues by itself once it is approved.", "Have the request approved; then the ticket continues by itself."),
    Reason.APPROVAL_UNPROVEN: Meaning("deferred", "The approval can't be proven.", "Have the ticket approved at the desk, as it is now, by somebody whom the directory knows. Operator: run `passdesk explain`; it says what is missing."),
    Reason.PASS_STANDING: Meaning("deferred", "The person has a pass already.", "Nothing: the ticket continues when that pass has ended. Revoke that pass if nobody needs it.", "Wait until that pass has ended, or have it revoked if nobody needs it."),
    Reason.LIMIT_SUBJECT: Meaning("deferred", "The person had as many passes as the floor allows.", "Nothing: the ticket continues when the limit allows it. Ask why so many are needed.", "Wait until the limit allows it, and ask why so many passes are needed."),
    Reason.LIMIT_REQUESTER: Meaning("deferred", "The requester had as many passes issued as the floor allows.", "Nothing: the ticket continues when the limit allows it. Ask why so many are needed.", "Wait until the limit allows it, and ask why so many passes are needed."),
    Reason.LIMIT_OVERALL: Meaning("deferred", "As many passes were issued as the floor allows.", "Operator: find out who asks for so many; the ticket continues when the limit allows it.", "Tell an operator of passdesk; the ticket continues when the limit allows it."),
    Reason.OUTSIDE_HOURS: Meaning("deferred", "Passes are issued in opening hours only.", "Nothing: the ticket continues by itself."),
    Reason.PAUSED: Meaning("deferred", "Issuing is paused.", "Operator: `passdesk resume`.", "Ask an operator of passdesk when issuing goes on."),
    Reason.SUBJECT_TOO_NEW: Meaning("deferred", "The account is new: the directory doesn't know it everywhere yet, or it is younger than passdesk's rules ask for.", "Nothing: the ticket continues by itself. Look whether the account was made, if it should be there already."),
    Reason.TICKET_CHANGED: Meaning("deferred", "The ticket changed while passdesk worked on it.", "Nothing: the ticket is judged again, as it is now."),
    Reason.RECOVERING: Meaning("deferred", "A call was interrupted; whatever it made is revoked before a new pass is made.", "Nothing: the ticket continues within minutes."),
    Reason.START_REFUSED: Meaning("deferred", "Entra refused the start of the pass.", "Operator: compare the clocks, or set `fence: 0s` in the mapping."),
    Reason.EVIDENCE_MISSING: Meaning("deferred", "Something that must be known about the person can't be read.", "Operator: run `passdesk check`; a permission is missing, or an answer was partial."),
    Reason.DIRECTORY_UNREACHABLE: Meaning("deferred", "Entra can't be reached.", "Nothing: the ticket continues by itself."),
    Reason.DESK_UNREACHABLE: Meaning("deferred", "The service desk can't be reached.", "Nothing: the ticket continues by itself."),
    Reason.DESK_REFUSED: Meaning("deferred", "The service desk rejects what must be written on the ticket.", "Operator: see the detail, and run `passdesk check`; passdesk tries a few more times.", "Tell an operator of passdesk; passdesk tries a few more times."),
    Reason.MAIL_UNREACHABLE: Meaning("deferred", "Mail can't be sent.", "Nothing: the ticket continues by itself."),
    Reason.SIGN_IN_REFUSED: Meaning("deferred", "passdesk can't sign in to a service: what it signs in with is wrong, missing or expired, or isn't let in.", "Operator: do what the detail says, or run `passdesk check`; then the ticket continues by itself."),
    Reason.ATTEMPTS_EXHAUSTED: Meaning("stuck", "Several attempts failed, or one failed for good; every pass of the ticket is revoked.", "Find the cause in `passdesk history`, then run `passdesk release DESK TICKET`.", "Ask an operator of passdesk to look at this ticket: nothing more happens until they release it."),
    Reason.UNKNOWN_HISTORY: Meaning("stuck", "The ticket carries a reference that this ledger doesn't know.", "Make sure in Entra that the person has no pass, then run `passdesk release DESK TICKET`. The ledger may be lost, or a second passdesk may run.", "Ask an operator of passdesk to look at this ticket: they make sure that the person has no pass, and release the ticket."),
    Reason.NOTE_OVERWRITTEN: Meaning("stuck", "The last note on the ticket belongs to an earlier attempt; the pass is revoked.", "Tell the person, then run `passdesk release DESK TICKET`.", "Tell the person that their pass no longer works, and ask an operator of passdesk to release this ticket."),
    Reason.REVOCATION_UNPROVEN: Meaning("stuck", "A pass may still work: it could not be proven gone.", "Delete the pass by hand in Entra, then run `passdesk release DESK TICKET`.", "Ask an operator of passdesk at once: they delete the pass in Entra, and then release this ticket."),
    Reason.WAITED_TOO_LONG: Meaning("stuck", "The ticket waited too long for something that only a person can mend; nothing was made for it.", "Mend what the ticket waited for, then run `passdesk release DESK TICKET`.", "Mend what the ticket waited for, and ask an operator of passdesk to release it."),
}  # fmt: skip

# An agent can act on a wait for one of these: `note.tell_waiting` tells them, and no other.
AGENTS_WAITS = frozenset(
    {
        Reason.APPROVAL_OUTSTANDING,
        Reason.APPROVAL_UNPROVEN,
        Reason.PASS_STANDING,
        Reason.LIMIT_SUBJECT,
        Reason.LIMIT_REQUESTER,
    }
)
# A wait for one of these is the ticket's own, and bounded; all others wait for what all wait for.
OWN_WAITS = frozenset(
    {Reason.EVIDENCE_MISSING, Reason.SUBJECT_TOO_NEW, Reason.TICKET_CHANGED, Reason.APPROVAL_UNPROVEN}
)


def waiting_for(down: Down) -> Reason:
    """The reason why tickets wait while a service is down."""
    if isinstance(down, SignInRefused):
        return Reason.SIGN_IN_REFUSED
    return Reason.DIRECTORY_UNREACHABLE if down.service == "entra" else Reason.DESK_UNREACHABLE
