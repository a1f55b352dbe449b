"""A name that looks like another's refuses the ticket, whatever it is looked up by, and no step mends it."""

from __future__ import annotations

from typing import get_args

import pytest

from connector.domain.reasons import Reason
from connector.mapping import Condition, Facts, Mapping, MappingNo, Pipeline, Watch
from connector.mapping.pipeline import FindBy
from connector.mapping.steps.ascii_letters import Ascii
from connector.mapping.steps.transforms import Lower, Transform, Trim, Upper
from connector.mapping.watch import AnyOf

ODD = "ann.l\u0435e@contoso.com"


def facts(subject: str, requester: str = "", find_by: FindBy = "upn", *steps: Transform) -> Facts | MappingNo:
    values = {
        "subject": Pipeline(("who",), steps, find_by),
        "requester": Pipeline(("asks",), steps, find_by),
    }
    watch = Watch((Condition("state", AnyOf(("1",))),))
    mapping = Mapping("incidents", "contoso", "incident", watch, values)
    return mapping.facts({"who": subject, "asks": requester, "state": "1"})


@pytest.mark.parametrize("find_by", get_args(FindBy))
def test_a_name_of_two_scripts_is_malformed_whatever_it_is_looked_up_by(find_by: FindBy) -> None:
    no = facts(ODD, "", find_by)
    assert isinstance(no, MappingNo) and no.reason is Reason.SUBJECT_MALFORMED
    assert "it mixes letters of different scripts" in no.sentence
    of_requester = facts("ann", ODD, find_by)
    assert isinstance(of_requester, MappingNo) and of_requester.reason is Reason.MAPPING_FAILED


@pytest.mark.parametrize("find_by", get_args(FindBy))
def test_an_accent_behind_its_letter_is_the_same_name(find_by: FindBy) -> None:
    found = facts("zoe\u0308@contoso.com", "zoe\u0308@contoso.com", find_by)
    assert isinstance(found, Facts) and found.requester
    assert found.subject.value == found.requester.value == "zo\u00eb@contoso.com"


@pytest.mark.parametrize("step", [Trim(), Lower(), Upper(), Ascii("en")])
@pytest.mark.parametrize(
    "name",
    [
        "\u212aim",
        "\ufb01n",
        "\u017fam",
        "\uff41nn",
        "a\u034fnn",
        "a\ufe0fnn",
        "a\u200bnn",
        "a\u00adnn",
        "\u0131sa\u212a",
        "\u04d5nn",
    ],
)
def test_no_step_makes_somebody_else_of_a_name(name: str, step: Transform) -> None:
    assert isinstance(facts("ann", "", "upn", step), Facts)
    assert isinstance(facts(name, "", "upn", step), MappingNo)
