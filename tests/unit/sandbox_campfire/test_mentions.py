"""How mentions are read and written."""

import base64

import pytest

from sandbox.campfire.mentions import (
    mention_html,
    mentioned_user_ids,
    sgid_of,
    stored_form,
    user_id_of,
)


def test_a_signature_does_not_count() -> None:
    """Campfire takes a user's id with any signature, or none (w03)."""
    unsigned = sgid_of(3).partition("--")[0]
    assert [user_id_of(s) for s in (sgid_of(3), f"{unsigned}--x", unsigned)] == [3, 3, 3]


def test_padding_and_parameters_may_be_missing() -> None:
    """A hand-made id without `=` and without `?expires_in` is read."""
    data = b'{"_rails":{"data":"gid://campfire/User/7","pur":"attachable"}}'
    assert user_id_of(base64.urlsafe_b64encode(data).decode().rstrip("=") + "--x") == 7


@pytest.mark.parametrize(
    "sgid",
    [
        "",
        "--",
        "not base64 at all--x",
        base64.urlsafe_b64encode(b"[1]").decode(),
        base64.urlsafe_b64encode(b'{"_rails":{"data":"gid://campfire/Room/3"}}').decode(),
        base64.urlsafe_b64encode(b'{"_rails":{"data":5,"pur":"attachable"}}').decode(),
    ],
)
def test_other_ids_mention_nobody(sgid: str) -> None:
    """What is unreadable or names no user is no mention, and no error."""
    assert user_id_of(sgid) is None


def test_each_is_named_once_in_order() -> None:
    """Two mentions of one bot are one (w12)."""
    html = f"<p>{mention_html(4, 'B')} {mention_html(3, 'A')} {mention_html(4, 'B')}</p>"
    assert mentioned_user_ids(html) == [4, 3]


def test_a_typed_name_is_no_mention() -> None:
    """`@Assistant` as text calls nobody (w04)."""
    assert mentioned_user_ids("<p>@Assistant hi</p>") == []


def test_trix_figures_become_mentions() -> None:
    """The form of the Trix composer is stored as the canonical tag (w02)."""
    figure = (
        '<div><figure data-trix-attachment=\'{"sgid":"S--x","contentType":'
        '"application/vnd.campfire.mention"}\'>@Assistant</figure> hi</div>'
    )
    assert stored_form(figure) == (
        '<div><action-text-attachment sgid="S--x" '
        'content-type="application/vnd.campfire.mention"></action-text-attachment> hi</div>'
    )


def test_a_broken_figure_stays_a_figure() -> None:
    """A figure whose attachment is no JSON object is stored as it is."""
    assert stored_form("<figure data-trix-attachment='nonsense'>x</figure>").startswith("<figure ")
