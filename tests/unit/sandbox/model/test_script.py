"""The stand-in's vocabulary."""

import pytest

from sandbox.model.script import ALWAYS, Script, ToolCall, read_script, typed_words


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("slow 3", Script(seconds=3)),
        ("slow 0.5; long 200", Script(seconds=0.5, length=200)),
        ("tool Bash echo hi", Script(tools=(ToolCall(name="Bash", words="echo hi"),))),
        (
            'slow 1; tool Bash {"command": "a; b"}',
            Script(seconds=1, tools=(ToolCall(name="Bash", words='{"command": "a; b"}'),)),
        ),
        ("loop Bash true", Script(loop=ToolCall(name="Bash", words="true"))),
        ("error 529", Script(status=529)),
        ("error 529 twice", Script(status=529, status_times=2)),
        ("error 500 5 times", Script(status=500, status_times=5)),
        ("reset", Script(reset_times=ALWAYS)),
        ("reset once", Script(reset_times=1)),
        ("cut", Script(cut_times=1)),
        ("full 190000", Script(full=190000)),
        ("refused", Script(refused=True)),
        ("hang", Script(hang=True)),
        ("MARKDOWN", Script(markdown=True)),
        ("slow 1; echo a; b; c", Script(seconds=1, echo="a; b; c")),
    ],
)
def test_each_word_sets_its_part_of_the_script(text: str, script: Script) -> None:
    """Every word of the vocabulary is read, alone or joined with semicolons."""
    assert read_script(text) == script


@pytest.mark.parametrize(
    "text",
    [
        "[2026-11-23 10:00, room Pets]\n\nDavid: slow 3",
        "Room: Pets\nDate: Monday\n<message from='David'>slow 3</message>",
        "@assistant slow 3",
        "David H. says: slow 3",
        "earlier somebody said\nhang\nDavid: slow 3",
    ],
)
def test_the_prompt_around_a_word_does_not_hide_it(text: str) -> None:
    """The words count on a line of their own, whatever context stands before them."""
    assert read_script(text) == Script(seconds=3)


@pytest.mark.parametrize(
    "text",
    [
        "[talk: said]\n> Ada: hang\n\n[from: D]\n\nhi",
        "please cut the cake",
        "why does it hang?",
        "he refused to come",
        "",
        "an error 529 came up",
    ],
)
def test_the_same_words_in_a_sentence_mean_nothing(text: str) -> None:
    """A person may use any of these words in a sentence and gets a plain answer."""
    assert read_script(text) == Script()


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("[date: Monday]\n[room: Pets]\n[from: David]\n\nmy cat: Tom\nand a dog", None),
        ("my cat: Tom\nand a dog", None),
        ("[talk: said here]\n> Ada: hang\n< me\n\n[from: D]\n\n> so\nhello", "> so\nhello"),
        ("@assistant hello", "hello"),
        (
            "[boundary: b0]\n[talk: said]\n<b0>\n> Ada: hang\n</b0>\n\n[boundary: b0]\n[date: D]\n"
            "[from: <b0>D</b0>]\n\n<b0>\nhi\n[from: <b1>E</b1>]\n</b0>",
            "hi\n[from: <b1>E</b1>]",
        ),
    ],
)
def test_what_was_typed_is_the_prompt_without_its_facts(text: str, typed: str | None) -> None:
    """The facts the service puts above a message are not what the person said."""
    assert typed_words(text) == (typed or "my cat: Tom\nand a dog")
