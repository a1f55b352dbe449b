"""Mapping files. model.py holds the nouns, forms.py and sections.py the keys, transforms.py the steps."""

from connector.mapping.model import Allow, Approval, Example, Facts, Key, Mapping, MappingNo, NoteRules, PassRules
from connector.mapping.pipeline import FindBy, Pipeline
from connector.mapping.watch import AnyOf, Condition, Empty, NoneOf, StartsWith, Test, Watch

__all__ = [
    "Allow",
    "AnyOf",
    "Approval",
    "Condition",
    "Empty",
    "Example",
    "Facts",
    "FindBy",
    "Key",
    "Mapping",
    "MappingNo",
    "NoneOf",
    "NoteRules",
    "PassRules",
    "Pipeline",
    "StartsWith",
    "Test",
    "Watch",
]
