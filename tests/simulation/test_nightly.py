"""What a night finds is written down so that a person can commit it, and a clean night says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.nightly import Found, examples, main, of_kills
from tests.simulation import bugs  # noqa: F401  # they fill MUTANTS
from tests.simulation.known import seeds
from tests.simulation.mutants import MUTANTS, planted
from tests.simulation.search import look

WORLDS_ONLY = ("--kills", "none", "--examples", "none", "--jobs", "1")
FAILING = """\
from hypothesis import given, strategies as st

@given(st.integers())
def test_no_number_is_large(number):
    assert number < 1000
"""


def test_a_broken_world_is_kept_as_a_regression_and_printed_with_its_replay(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "night" / "found.txt"
    with planted(MUTANTS["no_audit"]):
        assert main(["--seeds", "2", "--first", "50", "--found", str(file), *WORLDS_ONLY]) == 1
        assert [look(seed).broken for seed in seeds(file)] == ["the_trail_names_each_change"] * 2
    assert seeds(file) == [50, 51]
    printed = capsys.readouterr().out
    for seed in (50, 51):
        replay = f"python -m tests.simulation --seed {seed} --shrink"
        assert f"{seed} the_trail_names_each_change: " in printed and replay in printed
        assert f"\n# {replay}\n{seed} the_trail_names_each_change: " in file.read_text()


def test_a_second_night_adds_to_what_the_first_found(tmp_path: Path) -> None:
    file = tmp_path / "found.txt"
    with planted(MUTANTS["no_audit"]):
        for first in ("50", "60"):
            main(["--seeds", "1", "--first", first, "--found", str(file), *WORLDS_ONLY])
    assert seeds(file) == [50, 60]


def test_a_clean_night_ends_with_zero_and_writes_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    file, few = tmp_path / "found.txt", ("--seeds", "2", "--first", "50", "--jobs", "1")
    one = "tests/mapping/test_templates.py"
    assert (
        main(
            [
                *few,
                "--kills",
                "--scenario refusal --one-in 300 --twice 0",
                "--examples",
                one,
                "--found",
                str(file),
            ]
        )
        == 0
    )
    assert not file.exists()
    printed = capfd.readouterr()
    assert "worlds 50 to 51" in printed.out and "Nothing broke." in printed.out
    assert "100% hit their line, 0 broke a promise" in " ".join(printed.err.split())


def test_each_night_draws_its_own_seeds_and_says_which(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        main(["--seeds", "0", "--kills", "none", "--examples", "none"])
    first, _, second, _ = capsys.readouterr().out.splitlines()
    assert first != second and "kills and examples of seed " in first


def test_a_broken_kill_is_kept_with_its_replay() -> None:
    broken = "python -m tests.kill --scenario sunny --at 7 --then 3: no_live_pass_is_unknown, one_pass"
    found = list(of_kills({"broken": [broken], "missed": ["journey.py:7"]}, "-m tests.kill --seed 1"))
    assert found == [
        Found(
            "python -m tests.kill --scenario sunny --at 7 --then 3",
            "# killed: no_live_pass_is_unknown, one_pass",
        ),
        Found("python -m tests.kill --seed 1", "# ran, and was never a kill point: journey.py:7"),
    ]


def test_a_broken_example_is_kept_with_the_seed_that_shows_it_again(tmp_path: Path) -> None:
    file = tmp_path / "test_numbers.py"
    file.write_text(FAILING)
    (found,) = examples(7, [str(file)])
    assert "--hypothesis-seed=7 " in found.replay and found.replay.endswith(
        "test_numbers.py::test_no_number_is_large"
    )
    assert found.entry.startswith("# ")
    assert found.entry.endswith("test_numbers.py::test_no_number_is_large: assert 1000 < 1000")


def test_examples_that_cannot_even_be_tried_are_no_clean_night(tmp_path: Path) -> None:
    (found,) = examples(7, [str(tmp_path / "nowhere.py")])
    # 4 where pytest itself misses the file, 5 where its workers do
    assert found.entry in {f"# tests: pytest ends with {code}" for code in (4, 5)}
