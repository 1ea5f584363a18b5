"""A few of the damaged files that `tests/benchmarks/fuzzing.py` makes by the thousand."""

from __future__ import annotations

from tests.benchmarks.fuzzing import ORIGINALS, is_failure, run

COUNT = 60


def test_damaged_files_are_read_or_rejected_and_end_no_parser() -> None:
    outcomes = run(COUNT, first_seed=1_000_000)
    assert sum(outcomes.values()) == COUNT
    assert not [outcome for outcome in outcomes if is_failure(outcome)]
    assert {outcome.split()[0] for outcome in outcomes} == {"." + name.rsplit(".", 1)[1] for name in ORIGINALS}
