"""What `help` says comes from the bot's file, and nothing of it is markup."""

from consumer.control_words.help import introduction
from shared.bots import Bot
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
