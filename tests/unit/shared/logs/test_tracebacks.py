"""What a traceback in the log says: the places in the code, and nobody's words."""

import pytest
from pydantic import BaseModel, ValidationError

from shared.errors import ConfigurationError
from shared.logs.tracebacks import BESIDE, CAUSED, told

SAID = "delete the staging database"


class Number(BaseModel):
    """Takes no words."""

    value: int


def caught(error: BaseException) -> str:
    """The traceback of an error that was raised."""
    try:
        raise error
    except BaseException as raised:  # noqa: BLE001 - a group too
        return told((type(raised), raised, raised.__traceback__))


@pytest.mark.parametrize(
    ("error", "ends"),
    [
        (ValueError(SAID), "ValueError: (withheld)"),
        (KeyError(SAID), "KeyError: (withheld)"),
        (FileNotFoundError(2, "x", SAID), "FileNotFoundError: [Errno 2] No such file or directory"),
        (RuntimeError(), "RuntimeError"),
        (AttributeError("no 'x'"), "AttributeError: no 'x'"),
        (ConfigurationError(["TZ: no zone"]), "shared.errors.ConfigurationError: TZ: no zone"),
        (ExceptionGroup(SAID, [ValueError(SAID)]), "ValueError: (withheld)"),
    ],
)
def test_of_what_is_not_ours_only_the_kind_is_told(error: Exception, ends: str) -> None:
    """With the places that it passed through."""
    printed = caught(error)
    assert printed.endswith(ends)
    assert "in caught" in printed
    assert SAID not in printed


def test_a_validation_error_repeats_no_value() -> None:
    """Nor does what came of it, or what it came of."""
    with pytest.raises(ValidationError) as failure:
        Number.model_validate({"value": SAID})
    assert SAID in str(failure.value)
    for error in (_beside(failure.value), _of(failure.value)):
        assert SAID not in caught(error)
    assert CAUSED in caught(_of(failure.value))
    assert BESIDE in caught(_beside(failure.value))


def _of(cause: Exception) -> Exception:
    (error := ValueError(SAID)).__cause__ = cause
    return error


def _beside(context: Exception) -> Exception:
    (error := ValueError(SAID)).__context__ = context
    return error
