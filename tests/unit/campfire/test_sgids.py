"""Signed ids are read as strictly as Campfire does, and learnt where Campfire itself shows them."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer.campfire.bodies.sgids import (
    Signed,
    readable_user_id,
    signed_by_an_editor,
    signed_by_campfire,
    unsigned,
    void_in,
)
from sandbox.campfire.bodies.mentions import mention_html
from sandbox.campfire.bodies.presentation import rendered_body
from sandbox.campfire.rails.signed_ids import BrokenSgid, drawn_user_id, sgid_of, signed_user_id
from tests.deliveries import RECORDINGS

NAMES = {5: "Bob Baker"}
TAG = '<action-text-attachment sgid="{}" content-type="x"></action-text-attachment>'
PREVIEW = TAG.replace(
    '"x"', '"application/vnd.actiontext.opengraph-embed" href="https://e.org" filename="x"'
)


def _recorded(case: str) -> str:
    """What the recorded Campfire's index, or its answer to a PATCH, shows of a message."""
    recorded = json.loads((RECORDINGS / f"{case}.json").read_text(encoding="utf-8"))
    return str(json.loads(recorded["response"]["body"])["body"]["html"])


def _encoded(record: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(record).encode()).decode()


def _like_signed(record: object) -> str:
    return f"{_encoded(record)}--{'0' * 40}"


def test_the_recorded_answer_to_a_patch_shows_the_signed_id() -> None:
    """Of a mention that was posted unsigned (a94)."""
    (signed,) = signed_by_campfire(_recorded("a94_patch_adds_mention_unsigned"))
    assert (signed.user_id, signed.name) == (5, "Bob Baker")
    assert signed.sgid.endswith("--454e11117bb0ce2b855b205dc2b95210b175cec9")


def test_a_paragraph_s_mention_is_read_behind_it() -> None:
    """As the recorded index shows it (a86), and the stand-in's, with a second one behind."""
    recorded = json.loads((RECORDINGS / "a86_mention_middle_of_p.json").read_text(encoding="utf-8"))
    (signed,) = signed_by_campfire(recorded["as_bot_api_shows_it"][0]["body"]["html"])
    assert (signed.user_id, signed.name) == (5, "Bob Baker")
    body = f"<p>{mention_html(5, 'x')} and {mention_html(6, 'y')}</p>"
    names = {**NAMES, 6: "Ann"}
    found = list(signed_by_campfire(rendered_body(body, names.get)))
    assert found == [Signed(5, sgid_of(5), "Bob Baker"), Signed(6, sgid_of(6), "Ann")]


def test_nothing_is_learnt_from_what_only_looks_like_a_mention() -> None:
    """The attachment's own id stands as posted, and `class="mention"` alone is anybody's (a98)."""
    forged = f"{sgid_of(5).partition('--')[0]}--{'0' * 40}"
    looks = f'<div class="mention" sgid="{forged}">Bob Baker</div>'
    for body in (
        f'<div><div class="mention" sgid="{forged}">Bob Baker</div> copied</div>',
        TAG.format(forged),
        f"<p>{TAG.format(forged)}</p>{looks}",
        f"{TAG.format(sgid_of(9))}{looks}",
        f"<p>{TAG.format(sgid_of(9))}</p>{looks}",
        f"<p>{PREVIEW.format(forged)}</p>{looks}",
        f"<p>{TAG.format(unsigned(6))}</p>{looks}",
        TAG.format(sgid_of(9)).replace("><", f">{looks}<"),
    ):
        shown = rendered_body(body, NAMES.get)
        assert {signed.sgid for signed in signed_by_campfire(shown)} <= {sgid_of(5)}


def test_an_empty_attachment_is_filled_by_its_own_user_alone() -> None:
    """Whatever stands behind it, of somebody else or a second time, may be anybody's."""
    empty = TAG.format(unsigned(6)).replace('"x"', '"application/octet-stream"')
    bob, ann = (f'<div class="mention" sgid="{sgid_of(n)}">N</div>' for n in (5, 6))
    assert list(signed_by_campfire(f"{ann}<p>{empty}</p>{bob}{ann}")) == []
    assert list(signed_by_campfire(f"<p>{empty}</p>{ann}{bob}")) == [Signed(6, sgid_of(6), "N")]


def test_who_is_not_there_is_void() -> None:
    """Campfire draws ☒ for an id without a user (a90)."""
    shown = rendered_body(TAG.format(sgid_of(9)) + TAG.format(sgid_of(5)), NAMES.get)
    assert list(void_in(shown)) == [sgid_of(9)]


def test_an_editor_s_mention_is_read() -> None:
    """As the composer writes it: the id, and the name within its `content` (w64)."""
    found = list(signed_by_an_editor(f"<div>{mention_html(5, 'Bob Baker')} hi</div>"))
    assert found == [Signed(5, sgid_of(5), "Bob Baker")]


@pytest.mark.parametrize(
    "sgid",
    [
        unsigned(5),
        sgid_of(5)[:-1],
        sgid_of(5)[4:],
        f"{sgid_of(5)}\n",
        _like_signed({"_rails": {"data": "gid://campfire/Room/5", "pur": "attachable"}}),
        _like_signed({"_rails": {"data": "gid://campfire/User/5", "pur": "other"}}),
        _like_signed([1]),
        f"--{'0' * 40}",
    ],
)
def test_an_id_that_cannot_be_signed_is_not_learnt(sgid: str) -> None:
    """Unsigned, cut off at either end, of something else, of nothing."""
    assert list(signed_by_an_editor(TAG.format(sgid).replace("></", ">Bob</"))) == []


def test_our_unsigned_id_is_drawn_and_tells_nobody() -> None:
    """By the stand-in's own reading, which is held to Rails'."""
    assert (drawn_user_id(unsigned(5)), signed_user_id(unsigned(5))) == (5, None)
    assert readable_user_id(unsigned(5)) == 5


@given(
    st.one_of(
        st.text(),
        st.integers(0, len(sgid_of(5))).map(lambda cut: sgid_of(5)[:cut]),
        st.tuples(st.binary(max_size=40), st.text(max_size=5)).map(
            lambda made: f"{base64.urlsafe_b64encode(made[0]).decode()}--{made[1]}"
        ),
        st.recursive(
            st.none() | st.integers() | st.text(max_size=9),
            lambda inner: st.dictionaries(st.sampled_from(["_rails", "data", "pur"]), inner),
        ).map(lambda record: f"{_encoded(record)}--x"),
    )
)
def test_what_we_would_post_never_breaks_a_room(sgid: str) -> None:
    """Whatever we take for readable the stand-in draws a user for, without an error."""
    user_id = readable_user_id(sgid)
    if user_id is not None:
        try:
            assert drawn_user_id(sgid) == user_id
        except BrokenSgid:
            pytest.fail("it would have broken the room")
