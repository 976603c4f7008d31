"""How mentions are read and written: who counts as mentioned, who is only drawn."""

import base64

import pytest

from sandbox.campfire.bodies.mentions import mention_html, mentioned_user_ids, stored_form
from sandbox.campfire.rails.signed_ids import (
    BrokenSgid,
    avatar_path,
    avatar_user_id,
    drawn_user_id,
    sgid_of,
    signed_user_id,
)


def _tag(sgid: str) -> str:
    return f'<action-text-attachment sgid="{sgid}"></action-text-attachment>'


def test_only_a_right_signature_mentions() -> None:
    """An unsigned id, or one signed wrongly, is drawn and mentions nobody (w03, w31, a84)."""
    unsigned = sgid_of(3).partition("--")[0]
    forged = f"{sgid_of(3)[:-1]}{'0' if sgid_of(3)[-1] != '0' else '1'}"
    for sgid, mentioned in ((sgid_of(3), 3), (f"{unsigned}--x", None), (forged, None)):
        assert (drawn_user_id(sgid), signed_user_id(sgid)) == (3, mentioned)
        assert mentioned_user_ids(_tag(sgid)) == ([3] if mentioned else [])


def test_parameters_may_be_missing() -> None:
    """A hand-made id without `?expires_in` is drawn (a85)."""
    data = b'{"_rails":{"data":"gid://campfire/User/7","pur":"attachable"}}'
    assert drawn_user_id(base64.urlsafe_b64encode(data).decode() + "--x") == 7


@pytest.mark.parametrize(
    "sgid",
    [
        "",
        base64.urlsafe_b64encode(b'{"a":1}').decode(),
        base64.urlsafe_b64encode(b'{"_rails":{"data":"gid://campfire/Room/3"}}').decode(),
        base64.urlsafe_b64encode(b'{"_rails":{"data":5,"pur":"attachable"}}').decode(),
    ],
)
def test_other_ids_name_nobody(sgid: str) -> None:
    """What names no user is drawn as gone, and is no error (a175b, d, f, i)."""
    assert drawn_user_id(sgid) is None


@pytest.mark.parametrize(
    "sgid", ["--x", "nonsense", "WzFd--x", "aGVsbG8=--x", "eyJfcmFpbHMiOnsiZGF0YSI6Imdp"]
)
def test_what_rails_cannot_read_is_an_error(sgid: str) -> None:
    """Not base64 of a JSON object, cut off for one: whoever draws it fails (a175, c, e, g, h)."""
    with pytest.raises(BrokenSgid):
        drawn_user_id(sgid)
    assert mentioned_user_ids(_tag(sgid)) == []


def test_each_is_named_once_in_order() -> None:
    """Two mentions of one bot are one (w12)."""
    html = f"<p>{mention_html(4, 'B')} {mention_html(3, 'A')} {mention_html(4, 'B')}</p>"
    assert mentioned_user_ids(html) == [4, 3]


def test_a_typed_name_is_no_mention() -> None:
    """`@Assistant` as text calls nobody (w04)."""
    assert mentioned_user_ids("<p>@Assistant hi</p>") == []


def test_trix_figures_become_mentions() -> None:
    """The form of the Trix composer is stored as the canonical tag, in ActionText's order (w00)."""
    figure = (
        '<div><figure data-trix-attachment=\'{"contentType":'
        '"application/vnd.campfire.mention","sgid":"S--x"}\'>@Assistant</figure> hi</div>'
    )
    assert stored_form(figure) == (
        '<div><action-text-attachment sgid="S--x" '
        'content-type="application/vnd.campfire.mention"></action-text-attachment> hi</div>'
    )


def test_a_broken_figure_stays_a_figure() -> None:
    """A figure whose attachment is no JSON object is stored as it is."""
    assert stored_form("<figure data-trix-attachment='nonsense'>x</figure>").startswith("<figure ")


def test_an_avatar_has_the_address_that_we_signed() -> None:
    """Another's token, or a changed one, is nobody's avatar."""
    token = avatar_path(5).split("/")[2]
    assert avatar_user_id(token) == 5
    assert [avatar_user_id(t) for t in (token[:-1], "5", "", "é--x")] == [None] * 4
