"""What a room is told of a request: all that matters, in our words, and nothing that acts."""

import json
from datetime import UTC, datetime
from html import escape
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer.approvals.request_texts import POST_BYTES, SHOWN, RequestTexts
from shared.approvals import Request, visible
from shared.approvals.request import State, Why
from shared.bots import Bot
from shared.catalogue import Language, catalogue
from tests.unit.approvals.requests import request

NOW = datetime(2026, 11, 28, 14, 0, tzinfo=UTC)
BOT = Bot.model_validate(
    {
        "id": "ops", "name": "Ops", "system_prompt": "x", "tools": ("Read",),
        "permissions": [{"tools": ["Read"], "policy": "ask", "approvers": "asker"}],
    }
)  # fmt: skip


def _texts(language: Language = "en") -> RequestTexts:
    return RequestTexts(catalogue(language), lambda: {12: "Bo", 99: "Nobody"}, lambda: NOW)


def test_it_says_what_who_and_until_when() -> None:
    """Names as far as they are known, and the words that are to be typed."""
    (post,) = _texts().asked([request()], BOT)
    assert post == (
        "<div>Request 3: <strong>close (tickets)</strong>, because Ann asked. It has not run; this "
        'is what it would run with:</div><pre>{"id": 4711}</pre><div><strong>yes 3</strong> has it '
        "run once, <strong>no 3</strong> does not. Only Bo and the person with the number 15 can "
        "answer, here or in a direct message to me, until 14:20 (UTC). <strong>show 3</strong> "
        "shows all of it.</div>"
    )


def test_in_chinese() -> None:
    """With the names that people type there."""
    (post,) = _texts("zh").asked([request()], BOT)
    assert "申请 3" in post
    assert "<strong>同意 3</strong>" in post


def test_a_long_input_is_cut_and_the_rest_is_counted() -> None:
    """Nobody says yes to what they have not been told of."""
    long = request({"text": "x" * 5000})
    (post,) = _texts().asked([long], BOT)
    assert "… and 4,803 more characters" in post
    assert len(post) < 1500


@given(st.dictionaries(st.text(min_size=1, max_size=600), st.text(max_size=3000), max_size=30))
def test_what_is_shown_and_what_is_counted_are_all_of_it(values: dict[str, str]) -> None:
    """Nothing is left out unsaid, and a post stays one."""
    asked = request(values)
    (post,) = _texts().asked([asked], BOT)
    whole = visible(asked.input)
    is_whole = escape(whole, quote=False) in post
    assert is_whole or "more characters" in post
    assert len(post) < 12 * SHOWN


def test_no_long_field_hides_a_short_one() -> None:
    """What is written is not the only thing to know: where to is another."""
    values = {"content": "x" * 5000, "file_path": "/where/it/goes.txt"}
    (post,) = _texts().asked([request(values)], BOT)
    assert '"file_path": "/where/it/goes.txt"' in post
    assert '"content": "xxx' in post


@given(st.dictionaries(st.text(max_size=5), st.text(max_size=500), max_size=4))
def test_nothing_in_an_input_acts_or_hides(values: dict[str, str]) -> None:
    """No markup of its own, no sign that is not seen; and shown whole it is the same input."""
    asked = request(values)
    (post,) = _texts().asked([asked], BOT)
    shown, file = _texts().shown(asked, BOT)
    for text in (post, shown):
        assert text.count("<pre>") <= 1
        assert "<script" not in text
    for sign in "\u202e\u200b\u2066\ufeff\u2028\x00":
        assert sign not in post + shown + (file or "")
    assert json.loads(visible(asked.input)) == values


def test_above_one_post_all_of_it_is_a_file() -> None:
    """And the post says so."""
    values = {"text": "y" * POST_BYTES}
    post, file = _texts().shown(request(values), BOT)
    assert file is not None
    assert json.loads(file) == values
    assert "in the file below" in post
    assert _texts().shown(request(), BOT)[1] is None


def test_several_share_posts() -> None:
    """As few as they fit into, each whole."""
    posts = _texts().asked([request(number=n) for n in range(1, 21)], BOT)
    assert 1 < len(posts) < 20
    assert "".join(posts).count("It has not run") == 20
    assert all(len(post.encode()) <= POST_BYTES for post in posts)


@pytest.mark.parametrize("language", get_args(Language))
def test_every_end_has_its_sentence(language: Language) -> None:
    """Whatever state it is in, and for whatever reason."""
    texts = _texts(language)
    for state in get_args(State):
        whys: tuple[Any, ...] = get_args(Why)[1:] if state == "withdrawn" else ("",)
        for why in whys:
            found: Request = request(state=state, why=why, by=12, by_name="<b>Bo")
            said = texts.state(found, BOT)
            assert "3" in said
            assert "<b>" not in said


def test_many_approvers_are_counted() -> None:
    """A list of hundreds would be the post."""
    said = _texts().people(request(approvers=tuple(range(100, 120))))
    assert said.endswith("and 14 more")
