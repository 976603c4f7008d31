"""Key names: unique per deployment, and without anything secret."""

import inspect

import pytest
from redis.crc import key_slot

from shared.keys import Keys, plain
from shared.lane import Lane, Line
from tests.deliveries import inbound


def test_arq_finds_our_queue_beside_its_own() -> None:
    """A dashboard is told this name; arq's prefix of a job is as arq puts it."""
    assert Keys().queue == "arq:queue:{campfire}"
    assert Keys().job("x") == "arq:job:x"
    assert Keys("other").queue == "arq:queue:{other}"


def test_all_keys_are_in_one_slot() -> None:
    """A script may touch any of them, also where Redis is a cluster."""
    keys, message = Keys("one"), inbound(7)
    job = keys.job_id(message)
    of = {"message": message, "job_id": job, "lane": message.lane, "line": message.line}
    of |= {
        "room_id": 2,
        "user_id": 7,
        "number": 3,
        "project": "lanes",
        "session_id": "s",
        "reason": "r",
        "transcript": "t",
        "why": "person",
        "day": "2026-11-28",
        "bot_id": "assistant",
        "digest": "d",
        "scope": "room",
        "subject": "2",
        "per": "day",
        "begins_s": 1,
        "person": "7",
        "budget": "b",
        "name": "one",
        "me": "one:1",
    }
    names = list[str]()
    for name in sorted(
        set(dir(Keys))
        - {"prefix", "tag", "stored", "named", "transcript_parts", "lane_of", "by_lane"}
        - {"log_context"}
    ):
        if name.startswith("_"):
            continue
        member = getattr(keys, name)
        if callable(member):
            taken = inspect.signature(member).parameters.values()
            member = member(*(of[it.name] for it in taken if it.default is inspect.Parameter.empty))
        names.append(member)
    assert len(names) > 35
    assert {key_slot(name.encode()) for name in names} == {key_slot(b"one")}
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("typed", ["one:assistant:2:7", "{one}:assistant:2:7"])
def test_a_job_is_named_with_or_without_braces(typed: str) -> None:
    """Some shells, and curl, take braces for their own; another deployment's id stays as it is."""
    assert Keys("one").stored(typed) == "{one}:assistant:2:7"
    assert plain(Keys("one").stored(typed)) == "one:assistant:2:7"
    assert Keys("on").stored(typed) == typed


def test_two_deployments_share_no_key() -> None:
    """The prefix is in every name, the job id included, since arq's prefixes are fixed."""
    names = []
    for prefix in ("one", "two"):
        keys, message = Keys(prefix), inbound(7)
        job = keys.job_id(message)
        names.append(
            {keys.queue, keys.job(job), keys.seen(message), keys.lane(message.lane), keys.lease}
        )
    assert names[0].isdisjoint(names[1])


def test_no_text_in_a_name() -> None:
    """Names hold ids only."""
    message = inbound(7).model_copy(update={"text": "chat text", "user_name": "Ada"})
    for name in (Keys().job_id(message), Keys().seen(message), Keys().lane(message.lane)):
        assert "chat" not in name
        assert "Ada" not in name


@pytest.mark.parametrize("bot_id", ["technical_assistant", "control"])
def test_a_lane_reads_back(bot_id: str) -> None:
    """str() and parse() are inverse, for the line of control words beside it too."""
    lane = Lane(7, bot_id)
    assert Lane.parse(str(lane)) == lane
    for line in (Line(lane), Line(lane, control=True)):
        assert Line.parse(str(line)) == line
    assert str(Line(lane)) == str(lane) != str(Line(lane, control=True))
    with pytest.raises(ValueError, match="control"):
        Lane.parse(str(Line(lane, control=True)))


@pytest.mark.parametrize(
    ("job_id", "lane"),
    [
        ("{one}:assistant:2:7", Lane(2, "assistant")),
        ("{one}:assistant:2:talk-1", Lane(2, "assistant")),
        ("{two}:assistant:2:7", None),
        ("one:assistant:2:7", None),
        ("{one}:assistant:two:7", None),
        ("{one}:assistant:2", None),
        ("f00d", None),
    ],
)
def test_a_job_id_names_its_lane(job_id: str, lane: Lane | None) -> None:
    """A job id of ours says whose it is; any other, a dashboard's for one, says nothing."""
    assert Keys("one").lane_of(job_id) == lane


def test_job_ids_are_sorted_by_the_lane_that_they_name() -> None:
    """Lanes and ids in the order given, whatever kinds of ids a lane has; foreign ones left out."""
    jobs = [
        "{one}:b:2:9",
        "{one}:a:2:talk-1",
        "f00d",
        "{one}:b:2:7",
        "{two}:b:2:8",
        "{one}:b:2:x:1",
    ]
    assert list(Keys("one").by_lane(jobs).items()) == [
        (Lane(2, "b"), ["{one}:b:2:9", "{one}:b:2:7", "{one}:b:2:x:1"]),
        (Lane(2, "a"), ["{one}:a:2:talk-1"]),
    ]
