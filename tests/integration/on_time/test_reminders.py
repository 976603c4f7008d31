"""Reminders, from the tool to the post, on a real Valkey and a stand-in Campfire."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from consumer.on_time.reminders import Reminders
from consumer.toolboxes import ToolFailed
from sandbox.campfire.bodies.mentions import mention_html
from sandbox.campfire.rails.signed_ids import sgid_of
from shared.audit import AuditTrail
from shared.lane import Lane
from shared.on_time import Reminder
from tests.bots import bot_with
from tests.conftest import eventually
from tests.integration.conftest import BOT, ROOM, Stage

BOTH = pytest.mark.parametrize("stage", ["main", "v1.4.9"], indirect=True)
LANE = Lane(ROOM, "assistant")
BO: dict[str, Any] = {"user_id": 9, "user_name": "Bo"}
HOUR_MS = 3_600_000


@pytest.fixture
def reminding(stage: Stage) -> Stage:
    """Its bot reminds people, and 7 approves."""
    stage.bots = {
        "assistant": bot_with(
            BOT, campfire=("remind",), timezone="Europe/Berlin", people={"approve": [7]}
        )
    }
    return stage


async def set_by(stage: Stage, asked: str, answer: str = "ok", **wish: Any) -> None:
    """Somebody says this, and in the turn the tool is called so."""

    async def act() -> str:
        try:
            return f"{answer}: {await stage.tool('remind', **wish)}"
        except ToolFailed as error:
            return str(error)

    stage.agent.does[asked] = act
    await stage.say(asked)
    await stage.until_idle()


async def reminders(stage: Stage) -> list[Reminder]:
    """The lane's."""
    return await Reminders(stage.redis, stage.keys).of(LANE)


async def _has_said(stage: Stage, posts: int) -> bool:
    return len(await stage.bot_said()) == posts


async def make_due(stage: Stage, late_ms: int = 0) -> None:
    """The lane's first reminder is due so long ago, as if that time had passed."""
    first = (await reminders(stage))[0]
    due = first.model_copy(update={"due_ms": stage.now_ms() - late_ms})
    key, field = stage.keys.reminders(LANE), str(first.number)
    await stage.redis.hset(key, field, due.model_dump_json())  # type: ignore[misc]
    await stage.redis.zadd(stage.keys.due, {due.called: due.due_ms})
    stage.on_time.clock.changed()


@BOTH
async def test_a_reminder_is_told_to_the_room_kept_and_posted_once(reminding: Stage) -> None:
    """Below the answer with its time and zone; then its text with the person's name, no turn."""
    await reminding.start()
    at = (datetime.now(UTC) + timedelta(days=2)).replace(hour=8, minute=0)
    await set_by(reminding, "remind me", text="water the plants", at=f"{at:%Y-%m-%dT%H:%M}")
    (said,) = await reminding.bot_said()
    assert f"Reminder 1 is set for {at:%Y-%m-%d} 08:00 (Europe/Berlin, UTC+0" in said
    assert "water the plants" in said
    await make_due(reminding)
    assert await reminding.heard("Ada Admin: water") == "⏰ Ada Admin: water the plants"
    await reminding.until_idle()
    assert await reminders(reminding) == []
    assert await reminding.redis.zcard(reminding.keys.due) == 0
    assert await Reminders(reminding.redis, reminding.keys).count_of(1) == 0
    assert reminding.agent.prompts == ["remind me"]
    assert len(await reminding.bot_said()) == 2


@pytest.mark.parametrize("run", [False, True])
async def test_who_may_not_talk_any_more_is_told_instead_of_reminded(
    reminding: Stage, run: bool
) -> None:
    """In a sentence without the text; no turn is made of it, and nothing of it stays."""
    allow = [{"tools": ["campfire/remind"], "policy": "allow"}]
    reminding.bots = {"assistant": bot_with(reminding.bots["assistant"], permissions=allow)}
    await reminding.start()
    await set_by(reminding, "remind me", text="water the plants", in_minutes=60, run=run)
    without = bot_with(reminding.bots["assistant"], people={"talk": [7]})
    reminding.roster.replace([without])
    await make_due(reminding)
    said = await reminding.heard("Ada Admin: I was to remind you")
    assert "water" not in said
    await reminding.until_idle()
    assert reminding.agent.prompts == ["remind me"]
    assert await reminders(reminding) == []


async def test_the_audit_knows_what_was_set_and_what_came(reminding: Stage) -> None:
    """Whose reminder, when it came, what was missed; not a word of it."""
    await reminding.start()
    for number in (1, 2):
        await set_by(reminding, f"remind {number}", text="secret plans", in_minutes=5)
        await make_due(reminding, late_ms=(number - 1) * 2 * HOUR_MS)
        await eventually(partial(_has_said, reminding, 2 * number))
        await reminding.until_idle()
    trail = AuditTrail(reminding.redis, reminding.keys)
    kept = [it.entry async for it in trail.read()]
    ours = [(it.what, it.person, it.detail) for it in kept if it.what in ("reminder_set", "due")]
    assert ours == [
        ("reminder_set", 1, "reminder 1"),
        ("due", 1, "reminder 1"),
        ("reminder_set", 1, "reminder 2"),
        ("due", 1, "reminder 2"),
    ]
    assert [it.detail for it in kept if it.what == "missed"] == ["reminder 2"]
    assert "secret" not in "".join(it.model_dump_json() for it in kept)


async def test_whom_campfire_has_shown_is_mentioned(reminding: Stage) -> None:
    """By the id that Campfire signed: a mention tells them."""
    await reminding.start()
    await reminding.say("ask Ada", html=f"<div>ask {mention_html(1, 'Ada Admin')}</div>")
    await set_by(reminding, "remind me", text="<b>tea</b> @Mike", in_minutes=5)
    await make_due(reminding)
    await reminding.heard("⏰ @Ada Admin: <b>tea")
    body = (await reminding.sandbox.messages(ROOM))[-1]["stored_html"]
    assert f'sgid="{sgid_of(1)}"' in body
    assert "&lt;b&gt;tea&lt;/b&gt; @Mike" in body


@BOTH
@pytest.mark.parametrize(
    ("late_ms", "told"),
    [(10 * 60_000, "I am late"), (HOUR_MS + 60_000, "I was away when I should have reminded you")],
)
async def test_a_late_reminder_is_said_to_be_late_and_a_missed_one_too(
    reminding: Stage, late_ms: int, told: str
) -> None:
    """Less than an hour late it is posted; more, it is only said to be missed; no more comes."""
    await reminding.start()
    await set_by(reminding, "remind me", text="tea", in_minutes=5)
    await make_due(reminding, late_ms)
    said = await reminding.heard("I am late" if late_ms < HOUR_MS else "I was away")
    await reminding.until_idle()
    assert "Ada Admin: " in said
    assert told in said
    assert len(await reminding.bot_said()) == 2


async def test_a_turn_that_fails_or_is_nobodys_sets_nothing(reminding: Stage) -> None:
    """What the room was not told of is not kept; nobody known is reminded of nothing."""

    async def fail() -> str:
        await reminding.tool("remind", text="tea", in_minutes=5)
        raise ValueError

    reminding.agent.does["fail"] = fail
    await reminding.start()
    await reminding.say("fail")
    await reminding.until_idle()
    reminding.agent.does["link"] = lambda: reminding.tool("remind", text="tea", in_minutes=5)
    await reminding.say("link", user_id=None, user_name="Link")
    await reminding.until_idle()
    assert await reminders(reminding) == []
    assert await reminding.redis.zcard(reminding.keys.due) == 0


async def test_only_its_person_and_approvers_take_a_reminder_away(reminding: Stage) -> None:
    """Anybody else is told whose it is; a number that there is not is said."""
    await reminding.start()
    for number in (1, 2):
        await set_by(reminding, f"remind me {number}", text=f"tea {number}", in_minutes=5)
    cancel: dict[str, Any] = {"control": "cancel reminder"}
    await reminding.say("cancel reminder 1", control_number=1, **cancel, **BO)
    await reminding.say("cancel reminder 9", control_number=9, **cancel)
    await reminding.until_idle()
    assert [it.number for it in await reminders(reminding)] == [1, 2]
    await reminding.say("cancel reminder 1", control_number=1, **cancel)
    await reminding.say("cancel reminder 2", control_number=2, **cancel, user_id=7)
    await reminding.until_idle()
    assert await reminders(reminding) == []
    assert await reminding.redis.zcard(reminding.keys.due) == 0
    assert await Reminders(reminding.redis, reminding.keys).count_of(1) == 0
    *_, others, unknown, first, second = await reminding.bot_said()
    assert others.startswith("Reminder 1 is Ada Admin's.")
    assert unknown == "There is no reminder 9 here."
    assert (first, second) == ("Reminder 1 is taken away.", "Reminder 2 is taken away.")


async def test_the_zone_that_a_person_says_goes_before_all_others(reminding: Stage) -> None:
    """Kept by their id, told in every confirmation; another person's is the bot's."""
    await reminding.start()
    zone: dict[str, Any] = {"control": "timezone", "control_text": "asia/shanghai"}
    await reminding.say("timezone Asia/Shanghai", **zone)
    await reminding.until_idle()
    at = f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%dT09:00}"
    await set_by(reminding, "mine", text="tea", at=at)
    reminding.agent.does["his"] = lambda: reminding.tool("remind", text="coffee", at=at)
    await reminding.say("his", **BO)
    await reminding.until_idle()
    kept, mine, his = await reminding.bot_said()
    assert "Asia/Shanghai, UTC+08:00 from now on" in kept
    assert "09:00 (Asia/Shanghai, UTC+08:00)" in mine
    assert "09:00 (Europe/Berlin, UTC+0" in his
    assert "(Asia/Shanghai, UTC+08:00)" in reminding.agent.whole[0]
    assert "(Europe/Berlin, UTC+0" in reminding.agent.whole[1]


async def test_a_zone_that_there_is_not_is_told_with_a_hint(reminding: Stage) -> None:
    """And nothing is kept; without a name the one that counts is told."""
    await reminding.start()
    await reminding.say("timezone Berln", control="timezone", control_text="europe/berln")
    await reminding.say("timezone?", control="timezone")
    await reminding.until_idle()
    unknown, counts = await reminding.bot_said()
    assert "Did you mean Europe/Berlin" in unknown
    assert "I take mine: Europe/Berlin" in counts


async def test_reminders_are_bounded_for_each_person(
    reminding: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In number over all lanes, in length, in how far ahead; the past is refused too."""
    monkeypatch.setattr("consumer.campfire_tools.remind.MOST", 2)
    await reminding.start()
    for number in (1, 2, 3):
        await set_by(reminding, f"remind {number}", text="tea", in_minutes=5)
    await set_by(reminding, "past", text="tea", at="2020-01-01T09:00")
    await set_by(reminding, "far", text="tea", at="2199-01-01T09:00")
    assert len(await reminders(reminding)) == 2
    *_, full, past, far = await reminding.bot_said()
    assert "They can take some away" in full
    assert "that time is over" in past
    assert "at most 366 days ahead" in far


RULES = ({"tools": ["campfire/*"], "policy": "allow"},)
SOME = ({"tools": ["campfire/*"], "policy": "allow", "people": [1]},)


@pytest.mark.parametrize(("rules", "may"), [(None, False), (RULES, True), (SOME, False)])
async def test_what_runs_by_itself_needs_a_rule_for_everyone(
    reminding: Stage, rules: Any, may: bool
) -> None:
    """Then it is a turn that nobody stands behind; else the tool says why not."""
    before = reminding.bots["assistant"]
    more = {} if rules is None else {"permissions": rules}
    reminding.bots = {"assistant": bot_with(before, **more)}
    await reminding.start()
    await set_by(reminding, "do it", text="tell the news", in_minutes=5, run=True)
    assert bool(await reminders(reminding)) is may
    if may:
        await make_due(reminding)
        assert await reminding.heard("answer to") == "answer to tell the news"
        assert reminding.agent.askings[-1].unattended
        assert reminding.agent.askings[-1].asker is None
        assert "[from: nobody. It is the time of reminder 1" in reminding.agent.whole[-1]
    else:
        assert "nobody stands behind what runs by itself" in (await reminding.bot_said())[-1]


async def test_a_reminder_outlives_a_restart_and_a_changed_key(reminding: Stage) -> None:
    """It is Redis' alone, and knows its bot by its id."""
    await reminding.start()
    await set_by(reminding, "remind me", text="tea", in_minutes=5)
    await reminding.stop()
    assert [it.text for it in await reminders(reminding)] == ["tea"]
    await make_due(reminding)
    reminding.change_the_key()
    await reminding.start()
    assert await reminding.heard("Ada Admin: tea")


async def test_a_reminder_of_a_bot_that_is_gone_is_the_operators(reminding: Stage) -> None:
    """Nobody can post in its name: a dead letter, and nothing stands still."""
    await reminding.start()
    await set_by(reminding, "remind me", text="tea", in_minutes=5)
    await reminding.stop()
    await make_due(reminding)
    reminding.bots, reminding.bot_keys = {}, {}
    reminding.take_in_the_stranger()
    await reminding.start()
    await eventually(lambda: reminding.redis.zcard(reminding.keys.dead_letters))
