"""All the files of deliberate bugs that no world can see: whoever loads this one has filled BUGS."""

from tests.simulation import (  # noqa: F401
    bugs_of_hints,
    bugs_of_line,
    bugs_of_methods,
    bugs_of_page,
    bugs_of_polls,
    bugs_of_waits,
    bugs_of_wall,
    bugs_unseen,
)
