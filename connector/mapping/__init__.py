"""Mapping files. model.py and facts.py hold the nouns, keys/ what may be written, steps/catalogue.py lists
the steps.
"""

from connector.mapping.facts import Facts, Key, MappingNo
from connector.mapping.model import (
    Again,
    Allow,
    Approval,
    Example,
    MailRules,
    Mapping,
    NoteRules,
    PassRules,
    Verified,
)
from connector.mapping.pipeline import FindBy, Pipeline
from connector.mapping.template import Template
from connector.mapping.traits import DeskTraits
from connector.mapping.watch import AnyOf, Condition, Empty, NoneOf, StartsWith, Test, Watch

__all__ = [
    "Again",
    "Allow",
    "AnyOf",
    "Approval",
    "Condition",
    "DeskTraits",
    "Empty",
    "Example",
    "Facts",
    "FindBy",
    "Key",
    "MailRules",
    "Mapping",
    "MappingNo",
    "NoneOf",
    "NoteRules",
    "PassRules",
    "Pipeline",
    "StartsWith",
    "Template",
    "Test",
    "Verified",
    "Watch",
]
