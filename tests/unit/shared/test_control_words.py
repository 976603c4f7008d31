"""Control words: a whole message that is an order, in any language, by the bot's own names."""

from typing import Any

import pytest

from shared.acceptance.control_word import with_control_word
from shared.bots import Bot
from shared.catalogue import catalogue
from shared.control_words import (
    CONTROL_WORDS,
    NUMBERED,
    OF_NOTES,
    OF_REQUESTS,
    OF_TIMES,
    ControlWord,
    Names,
    TypedWord,
    meanings,
    names_of,
    recognise,
)
from tests.bots import bot_with
from tests.deliveries import inbound


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("stop", "stop"),
        (" Stop! ", "stop"),
        ("/stop", "stop"),
        ("ＳＴＯＰ！", "stop"),
        ("停", "stop"),
        ("停止。", "stop"),
        ("Stop  all", "stop all"),
        ("全部停止", "stop all"),
        ("new\n", "new"),
        ("新对话", "new"),
        ("status?", "status"),
        ("状态？", "status"),
        ("HELP", "help"),
        ("帮助", "help"),
        ("usage", "usage"),
        ("用量", "usage"),
        (": stop", "stop"),
        ("@Assistant: stop", "stop"),
        ("@assistant，停止", "stop"),
        ('"stop"', "stop"),
        ("“停止”", "stop"),
        ("「全部停止」", "stop all"),
        ("(stop)", "stop"),
        ("（停）", "stop"),
        ("*stop*", "stop"),
        ("**新对话**", "new"),
        ("`status`", "status"),
        ("stop 🛑", "stop"),
        ("🛑🏽 停止 🙏\ufe0f", "stop"),
        ("stop\u200b", "stop"),
        ("s\u200bt\u2060o\u00adp", "stop"),
        ("\u3164停止\u3164", "stop"),
        ("\ufeffnew — ", "new"),
        ("\u202estop", "stop"),
        ("- stop", "stop"),
        ("stop…", "stop"),
        ("帮助❓", "help"),
        ('"status?"', "status"),
    ],
)
def test_a_word_alone_is_an_order(text: str, word: ControlWord) -> None:
    """Case, width, a slash and marks around do not count; both languages are understood."""
    assert recognise(text, {}, "Assistant") == TypedWord(word)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "!",
        "🛑",
        "stop it",
        "please stop",
        "new?",
        "stop?",
        "停？",
        "a new one",
        "stop" + " " * 100,
        "don't stop",
        'what does "stop" do',
        "(stop) means what",
        "stop 🛑 sign",
        '"stop?"',
        "(new?)",
        "stop ❓",
        "停 🙏？",
        "不要停止",
        "停止服务",
        "请“停止”",
        "“新对话”是什么",
        "stop 2",
        "stop, new",
        "@Ada stop",
        "non-stop",
        "st op",
        "stop\u0336",
    ],
)
def test_anything_else_is_for_the_agent(text: str) -> None:
    """A sentence that holds a word is no order, and neither is a question about one."""
    assert recognise(text, {}, "Assistant") is None


@pytest.mark.parametrize(
    ("renamed", "text", "word"),
    [
        ({"stop": ("halt",)}, "Halt!", "stop"),
        ({"stop": ("halt",)}, "stop", None),
        ({"stop": ("halt",)}, "停止", None),
        ({"stop": ("halt", "住手")}, "住手", "stop"),
        ({"stop": ("halt",)}, "stop all", "stop all"),
        ({"new": ()}, "new", None),
        ({"new": ()}, "status", "status"),
        ({"status": ("what's up?",)}, "What's up", "status"),
        ({"status": ("what's up?",)}, "what's up?", "status"),
        ({"stop": ("🛑",)}, "🛑", "stop"),
        ({"stop": ("🛑",)}, "🛑!", "stop"),
        ({"stop": ("🛑",)}, "🙂", None),
    ],
)
def test_a_bot_may_rename_and_forbid(renamed: Names, text: str, word: ControlWord | None) -> None:
    """The old name of a renamed word is ordinary text, and so is a forbidden word."""
    assert recognise(text, renamed) == (TypedWord(word) if word else None)


def test_names_are_folded_once_and_not_for_every_message() -> None:
    """Bots that call them alike share it; another name is another table."""
    assert meanings({"stop": ("halt",)}) is meanings({"stop": ("halt",)})
    assert meanings({"stop": ("halt",)})["halt"] == "stop"
    assert "halt" not in meanings({"stop": ("freeze",)})


def test_every_name_of_every_language_is_recognised() -> None:
    """What `help` offers works; no name means two things."""
    for word in CONTROL_WORDS:
        for language in ("en", "zh"):
            names = names_of(word, {}, catalogue(language))
            assert names, (word, language)
            number = 2 if word in NUMBERED else None
            typed = [f"{name} 2" if number else name for name in names]
            assert {recognise(text, {}) for text in typed} == {TypedWord(word, number)}
    assert catalogue("en").knows("control_word.stop_all")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("forget 2", 2),
        ("Forget  #12.", 12),
        ("/forget 2!", 2),
        ("@Assistant forget note 3", 3),
        ("ｆｏｒｇｅｔ ２", 2),
        ("忘记2", 2),
        ("忘记第 2 条", 2),
        ("“忘掉 10”", 10),
    ],
)
def test_forget_takes_a_number(text: str, number: int) -> None:
    """With or without a blank and a sign before it, as people write it."""
    assert recognise(text, {}, "Assistant") == TypedWord("forget", number)


@pytest.mark.parametrize(
    "text", ["forget", "forget two", "forget 2?", "forget 2 and 3", "forget it 2", "2", "notes 2"]
)
def test_without_its_number_it_is_no_order(text: str) -> None:
    """Nor is a number behind a word that takes none."""
    assert recognise(text, {}, "Assistant") is None


def test_notes_are_ordered_about_where_there_are_any() -> None:
    """To a bot that takes no notes "forget 2" is a sentence like any other."""
    plain = Bot(id="assistant", name="Assistant", system_prompt="x")
    noting = bot_with(plain, campfire=("notes",))
    said = inbound().model_copy(update={"text": "forget 2"})
    assert with_control_word(said, plain).control is None
    order = with_control_word(said, noting)
    assert (order.control, order.control_number) == ("forget", 2)
    assert set(plain.word_names) == OF_NOTES | OF_TIMES | OF_REQUESTS
    assert set(noting.word_names) == OF_TIMES | OF_REQUESTS
    assert set(bot_with(plain, campfire=("notes", "remind")).word_names) == OF_REQUESTS


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("timezone Europe/Berlin", "europe/berlin"),
        ("Time zone: Europe/Berlin.", "europe/berlin"),
        ("@Assistant timezone UTC", "utc"),
        ("timezone Etc/GMT-8", "etc/gmt-8"),
        ("timezone New York", "new york"),
        ("timezone Berln", "berln"),
        ("时区 Asia/Shanghai", "asia/shanghai"),
        ("时区Asia/Shanghai", "asia/shanghai"),
        ("时区：上海", "上海"),
        ("timezone?", None),
        ("timezone", None),
    ],
)
def test_a_zone_stands_behind_its_word(text: str, zone: str | None) -> None:
    """One word, so that who mistypes is told, or the name of a zone; none: it is a question."""
    assert recognise(text, {}, "Assistant") == TypedWord("timezone", text=zone)


@pytest.mark.parametrize(
    "text",
    [
        "timezones are hard",
        "timezone problems of ours",
        "timezone Berlin?",
        "what timezone",
        "时区问题很多",
        "timezone " + "x" * 65,
    ],
)
def test_a_sentence_about_zones_is_no_order(text: str) -> None:
    """Nor is a question with one in it."""
    assert recognise(text, {}, "Assistant") is None


ASKING: dict[str, Any] = {
    "tools": ("Read",),
    "permissions": [{"tools": ["Read"], "policy": "ask", "approvers": [7]}],
}


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("yes 3", TypedWord("yes", 3)),
        ("Yes #3!", TypedWord("yes", 3)),
        ("@Assistant approve 3", TypedWord("yes", 3)),
        ("no 3", TypedWord("no", 3)),
        ("同意3", TypedWord("yes", 3)),
        ("不同意 3", TypedWord("no", 3)),
        ("show 3", TypedWord("show", 3)),
        ("yes 3?", None),
        ("yes, 3 of them", None),
        ("yes", None),
        ("yes please", None),
        ("show", None),
    ],
)
def test_a_request_is_answered_by_its_number(text: str, order: TypedWord | None) -> None:
    """In any sentence such a word is talk, and so is a question."""
    assert recognise(text, {}, "Assistant") == order


@pytest.mark.parametrize(
    ("changes", "control"),
    [
        ({"room_name": None}, "yes"),
        ({"room_name": "Support"}, None),
        ({"room_name": None, "user_id": None}, None),
        ({"room_name": None, "from_bot": True}, None),
        ({"room_name": None, "is_file": True}, None),
    ],
    ids=["ping", "room", "nobody known", "a bot", "a file"],
)
def test_a_yes_without_a_number_may_answer_in_a_ping(
    changes: dict[str, object], control: str | None
) -> None:
    """Of a person that is known; whether there is one request to answer is asked for later."""
    plain = Bot(id="assistant", name="Assistant", system_prompt="x")
    said = inbound().model_copy(update={"text": "Yes.", **changes})
    assert with_control_word(said, bot_with(plain, **ASKING)).control == control
    assert with_control_word(said, plain).control is None


def test_words_of_requests_are_talk_to_a_bot_that_asks_nobody() -> None:
    """And a bot that asks may give them other names."""
    plain = Bot(id="assistant", name="Assistant", system_prompt="x")
    said = inbound().model_copy(update={"text": "yes 3"})
    assert with_control_word(said, plain).control is None
    assert with_control_word(said, bot_with(plain, **ASKING)).control == "yes"
    renamed = bot_with(plain, **ASKING, control_words={True: "go ahead"})
    assert with_control_word(said, renamed).control is None
    go = said.model_copy(update={"text": "go ahead 3"})
    assert with_control_word(go, renamed).control_number == 3
