"""The section `hooks`: desks that say which ticket is new, so that nobody waits for the next poll."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from pydantic import Field, ValidationInfo

from connector.config.web import MADE, SHORTEST
from connector.domain.secret import Secret
from connector.forms.form import Context, Form, Problem, context_of, problems_error
from connector.forms.mistakes import no_such, quote
from connector.forms.references import Unresolved, secret_reference
from connector.forms.values import SecretRef


class Hook(Form):
    """A desk that calls passdesk: POST /hooks/DESK."""

    shape: ClassVar = "{secret: env:DESK_HOOK}"
    secret: SecretRef = Field(
        description="What its calls are signed with, or the token that they bring: 12 characters or more.",
        examples=["env:DESK_HOOK"],
    )


def own_secrets(found: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
    """One secret a desk, and none that could be guessed, where they are to be there."""
    context = context_of(info)
    if context is None or not context.secrets:
        return found
    wrong, known = list[Problem](), dict[str, Any]()
    for name, hook in found.items():
        try:
            secret = hook.secret.resolve()
        except Unresolved:
            continue  # said already
        if not secret.at_least(SHORTEST):
            sentence = f"this secret is shorter than {SHORTEST} characters; {MADE}"
            wrong.append(Problem((name, "secret"), sentence))
        if twin := next((other for other, theirs in known.items() if theirs == secret), None):
            sentence = f"this is the secret of {quote(twin)}, too, whose desk could call for this one; {MADE}"
            wrong.append(Problem((name, "secret"), sentence))
        known[name] = secret
    if wrong:
        raise problems_error(wrong)
    return found


def hook_problems(data: Mapping[str, Any], context: Context | None) -> Iterable[Problem]:
    """Hooks that nobody could call, those of desks that nobody knows, and those with an operator's token."""
    hooks, desks = data.get("hooks"), data.get("desks")
    if not isinstance(hooks, dict) or not hooks:
        return
    if not data.get("web"):
        cure = 'write web: {listen: "127.0.0.1:8642"}, or take hooks out'
        yield Problem(("hooks",), f"desks call the web server, and there is none; {cure}", at_key=True)
    if isinstance(desks, dict):
        for name in hooks:
            if name not in desks:
                yield Problem(("hooks", name), no_such("desk", name, map(str, desks)), at_key=True)
    if context and context.secrets:
        yield from _tokens(hooks, data.get("web"), context)


def _tokens(hooks: Mapping[str, Any], web: object, context: Context) -> Iterable[Problem]:
    """Secrets of hooks that are an operator's token, too: whoever administers the desk could sign in."""
    operators = web.get("operators") if isinstance(web, dict) else None
    people = operators if isinstance(operators, dict) else {}
    tokens = {person: found for person, each in people.items() if (found := _resolved(each, context))}
    for name, hook in hooks.items():
        secret = _resolved(hook.get("secret"), context) if isinstance(hook, dict) else None
        for person, token in tokens.items():
            if secret == token:
                sentence = f"this secret is the token of the operator {quote(person)}, too; {MADE}"
                yield Problem(("hooks", name, "secret"), sentence)


def _resolved(reference: object, context: Context) -> Secret | None:
    """Read the secret that a reference names; None: that can't be told, which is said elsewhere."""
    try:
        return secret_reference(reference, context.folder).resolve()
    except (Unresolved, ValueError):
        return None
