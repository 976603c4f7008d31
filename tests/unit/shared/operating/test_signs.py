"""Whether it works, line by line: what is wrong is red or yellow, and says what to do."""

from typing import Any

import pytest

from consumer.neighbours import model
from ingress.operator.page.texts import PageTexts
from shared.between_processes.heartbeat import Heartbeat
from shared.between_processes.service_status import ServerStatus, ServiceStatus
from shared.catalogue import catalogue
from shared.operating.bots import Refusal
from shared.operating.now import Sign
from shared.operating.reading.signs import signs

WELL: dict[str, Any] = {
    "beat": Heartbeat(at=1.0),
    "status": ServiceStatus(servers=(ServerStatus(bot_id="ops", server="office"),)),
    "deliveries": {"ops": 1000},
    "refusals": {},
    "redis": {"role": "master", "maxmemory": 100, "used_memory": 99},
}
AWAY = ServerStatus(bot_id="ops", server="tickets", state="unreachable")
WRONG: list[tuple[str, dict[str, Any], str, bool]] = [
    # the part, what is so, the word for it, whether somebody goes without an answer
    ("deliveries", {"refusals": {"ops": Refusal(at_ms=2000, status=401)}}, "refused", True),
    ("redis", {"redis": {"maxmemory": 100, "used_memory": 100}}, "full", True),
    ("redis", {"redis": {"role": "slave"}}, "read_only", True),
    ("redis", {"redis": {"aof_last_write_status": "err"}}, "disk", True),
    ("consumer", {"beat": None}, "absent", True),
    ("consumer", {"beat": Heartbeat(draining=True)}, "draining", True),
    ("campfire", {"beat": Heartbeat(failing=("campfire",))}, "failing", True),
    ("model", {"beat": Heartbeat(failing=("model",))}, "failing", True),
    *(
        (
            "model",
            {"beat": Heartbeat(failing=("model",), model_fault=it.__name__)},
            it.__name__,
            True,
        )
        for it in (*model._FAILURES, *model._BUSY)
    ),
    ("keys", {"status": ServiceStatus(refused_keys=("ops",))}, "refused", True),
    ("files", {"status": ServiceStatus(broken_bot_files={"ops": ("x",)})}, "broken", False),
    ("servers", {"status": ServiceStatus(servers=(AWAY,))}, "away", False),
]


def _signs(**other: Any) -> dict[str, Sign]:
    return {sign.part: sign for sign in signs(**{**WELL, **other})}


def test_all_is_green_where_all_is_well() -> None:
    """A server that is still starting is none that is away."""
    starting = ServiceStatus(servers=(ServerStatus(bot_id="o", server="s", state="starting"),))
    for told in (_signs(), _signs(status=starting)):
        assert {part for part, sign in told.items() if not sign.ok} == set()


@pytest.mark.parametrize(
    ("part", "so", "why", "grave"), WRONG, ids=[f"{part}-{why}" for part, _, why, _ in WRONG]
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_wrong_says_what_to_do(
    part: str, so: dict[str, Any], why: str, grave: bool, language: str
) -> None:
    """That line alone, by its own sentence in each language; yellow where bots still answer."""
    told = _signs(**so)
    sign = told[part]
    assert (sign.ok, sign.why, sign.grave) == (False, why, grave)
    assert {it for it, sign in told.items() if sign.ok is False} == {part}
    sentences = catalogue(language)
    assert PageTexts(sentences).sign(sign) == sentences.say(f"page.sign_says.{part}.{why}")


def test_whom_it_concerns_is_named() -> None:
    """A server by its bot and its name."""
    assert _signs(status=ServiceStatus(servers=(AWAY,)))["servers"].bots == ("ops: tickets",)


def test_without_a_consumer_nothing_is_known_of_what_it_tells() -> None:
    """Neither green nor red, in words."""
    told = _signs(beat=None, status=None)
    unknown = {part for part, sign in told.items() if sign.ok is None}
    assert unknown == {"model", "campfire", "keys", "files", "servers"}
    for part in unknown:
        assert PageTexts(catalogue("en")).sign(told[part]) == "Not known without a consumer"
