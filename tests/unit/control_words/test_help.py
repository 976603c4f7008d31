"""What `help` says comes from the bot's file, and nothing of it is markup."""

from pathlib import Path

from consumer.control_words.help import introduction
from shared.bots import CAMPFIRE_TOOLS, Bot
from shared.bots.theirs import asked_first, for_person
from shared.catalogue import catalogue
from tests.bots import granted

EN, ZH = catalogue("en"), catalogue("zh")


def _bot(**changes: object) -> Bot:
    return Bot(**{"id": "a", "name": "Ann", "system_prompt": "x", **changes})  # type: ignore[arg-type]


def test_it_says_who_it_is_and_what_it_can_do() -> None:
    """Tools in people's words, each once; one that has none by its own name."""
    bot = granted(_bot(), "Bash", "Glob", "Grep", "Frobnicate<b>")
    said = introduction(bot, EN)
    assert "I am Ann." in said
    assert "I can run commands, search files and Frobnicate&lt;b&gt;." in said
    assert "我可以运行命令、搜索文件和Frobnicate" in introduction(bot, ZH)


def test_all_that_its_file_gives_is_said() -> None:
    """What it looks up, whom it asks, what it may do in the room; in both languages."""
    bot = _bot(
        tools=("Read",),
        knowledge=Path("/kb"),
        web={"domains": ("docs.example.com", "b.example"), "search": True},
        files={"max_mb": 5},
        campfire=("search", "notes"),
        mcp_servers={
            "tickets": {"url": "http://x.example", "tools": ("find", "close_all")},
            "clock": {"command": ("sh",)},
        },
        skills={"folder": Path("/s"), "names": ("refund-money",), "state": "x"},
        agents={
            "reader": {
                "description": "x", "model": "claude-haiku-4-5", "tools": ("Read",), "prompt": "x",
            }
        },
    )  # fmt: skip
    said = introduction(bot, EN)
    for ability in (
        "look things up in my documents and say where they stand",
        "read files",
        "search the web",
        "read pages of docs.example.com and b.example",
        "look at pictures and open files that people post, up to 5 MB",
        "use tickets (find and close all)",
        "use clock",
        "search this room",
        "keep notes when I am asked to",
        "follow instructions for refund money",
        "hand parts of the work to reader",
    ):
        assert f"<li>{ability}</li>" in said
    assert "<li>使用 tickets（find和close all）</li>" in introduction(bot, ZH)


def test_what_waits_for_a_yes_is_said_to_whom_it_is_asked_for() -> None:
    """By the rules of the file, for this person, here; what runs at once is not named."""
    bot = _bot(
        campfire=("search", "post"),
        mcp_servers={"tickets": {"url": "http://x.example", "tools": ("find", "close_all")}},
        permissions=(
            {"tools": ("mcp__tickets__find",), "policy": "allow"},
            {"tools": ("mcp__tickets__close_all",), "policy": "ask", "approvers": "asker"},
            {"tools": ("campfire/post",), "policy": "ask", "approvers": (7,), "people": (1,)},
        ),
    )
    first = asked_first(bot, 1, is_ping=False)
    said = introduction(for_person(bot, 1, is_ping=False), EN, first)
    assert "with a person's yes, asked for each time: " in said
    assert "post further messages and close all (tickets)." in said
    assert "use tickets (find and close all)" in said
    other = introduction(for_person(bot, 2, is_ping=False), EN, asked_first(bot, 2, is_ping=False))
    assert "asked for each time: close all (tickets)." in other
    assert "其中每次都要先有人同意才做的：" in introduction(bot, ZH, first)
    assert "each time" not in introduction(_bot(), EN, asked_first(_bot(), 1, is_ping=False))


def test_it_says_where_its_limits_are() -> None:
    """Those of its file, and that it knows of no other room."""
    plain = introduction(_bot(), EN)
    assert "My limits: I see this room only, I do not answer other bots." in plain
    budgets = {"turn": {"tokens": 9000}, "message": {"characters": 500}}
    bounded = introduction(_bot(answers_bots=True, budgets=budgets), EN)
    assert "I use at most 9,000 tokens for one answer" in bounded
    assert "I read messages of up to 500 characters." in bounded
    bot = _bot(answers_bots=True, max_turns=7, session_ttl_hours=2.0)
    said = introduction(bot, EN)
    assert "I take at most 7 steps for one answer" in said
    assert "unused for 2 hours" in said
    assert "other bots" not in said


def test_every_tool_of_campfire_has_words() -> None:
    """One without would stand there as `around`."""
    assert all(EN.knows(f"can.campfire.{tool}") for tool in CAMPFIRE_TOOLS)


def test_its_own_words_are_text() -> None:
    """`help` of the file keeps its lines; its markup is shown."""
    assert "<div>One &lt;i&gt;<br>two</div>" in introduction(_bot(help="One <i>\ntwo\n"), EN)


def test_it_offers_what_can_be_typed() -> None:
    """By the bot's names, in the service's language; a forbidden word is not offered."""
    said = introduction(_bot(control_words={"stop": ("ha<lt",), "new": ()}), ZH)
    assert "<strong>ha&lt;lt</strong>" in said
    assert "<strong>状态</strong>" in said
    assert ZH.say("control.help.new") not in said


def test_with_every_word_forbidden_it_offers_none() -> None:
    """Not even an empty list."""
    words = dict.fromkeys(("stop", "stop all", "new", "status", "help", "usage"), ())
    assert "<ul>" not in introduction(_bot(control_words=words), EN)


def test_it_offers_notes_where_the_bot_takes_them() -> None:
    """With a number as people have to type it; to others they are not offered."""
    said = introduction(_bot(campfire=("notes",)), EN)
    assert "<strong>forget 2</strong>" in said
    assert "<strong>notes</strong>" in said
    assert "forget" not in introduction(_bot(), EN)
