"""How a file that was posted is called."""

import pytest

from sandbox.campfire.rails.file_names import stored_name


@pytest.mark.parametrize(
    ("given", "disposition", "stored"),
    [
        ("报告 2026.csv", "", "报告 2026.csv"),
        ('say \\"hi\\".csv', "", "say -hi-.csv"),
        ("say %22hi%22.csv", "", "say -hi-.csv"),
        ("100%25 & #1.csv", "", "100- & #1.csv"),
        ("../../etc/x.csv", "", "x.csv"),
        ("C:\\\\tmp\\\\x.csv", "", "x.csv"),
        ("x.csv", "form-data; filename=x.csv; filename*=UTF-8''%E6%8A%A5.csv", "报.csv"),
        ("", "", ""),
    ],
)
def test_names_lose_their_path_and_what_is_no_name(
    given: str, disposition: str, stored: str
) -> None:
    """As Rack reads the header and Rails stores the name; `filename*` wins (a112-a122)."""
    assert stored_name(given, disposition) == stored
