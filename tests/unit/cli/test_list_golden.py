"""`list` prints the golden files for Secrets of every origin."""

import pytest

from tests.support.list_golden import GOLDEN, PRINTED_BY, printed


@pytest.mark.parametrize("name", PRINTED_BY)
def test_list_prints_the_golden_file(name: str) -> None:
    assert printed(name).splitlines() == (GOLDEN / name).read_text().splitlines()


@pytest.mark.parametrize("name", [name for name in PRINTED_BY if name.endswith(".txt")])
def test_a_golden_table_fits_its_terminal(name: str) -> None:
    assert max(map(len, (GOLDEN / name).read_text().splitlines())) <= PRINTED_BY[name][0]
