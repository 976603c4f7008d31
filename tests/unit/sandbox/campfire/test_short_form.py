"""`make test` replays a part of what was recorded of Rails; that part has each kind."""

import pytest

from tests.integration.sandbox.campfire.replay.recordings import MODES, names, short_form


@pytest.mark.parametrize("kind", "aprw")
def test_each_case_is_in_the_short_form_once_and_both_releases_are(kind: str) -> None:
    """No case is left to `make long` alone, and neither release is."""
    chosen = short_form(kind)
    everything = {name for mode in MODES for name in names(mode, kind)}
    assert sorted(name for _, name in chosen) == sorted(everything)
    for mode in MODES:
        ours = [name for of, name in chosen if of == mode]
        assert len(ours) >= len(everything) // 3
        assert set(ours) <= set(names(mode, kind))
