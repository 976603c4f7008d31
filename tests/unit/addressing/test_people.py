"""Who may be mentioned in an answer."""

from consumer.addressing.people import is_bot, people_of
from consumer.campfire.messages import Creator
from tests.deliveries import inbound
from tests.unit.briefing.test_talk import said

EVA, BO = Creator(5, "Eva", "member"), Creator(6, "Bo", "bot")


def test_the_asker_and_recent_authors_may_be_mentioned() -> None:
    """By name, whatever its case; whom nobody can tell apart is nobody, unless it is the asker."""
    other_ada, other_eva = Creator(7, "ADA admin", "member"), Creator(8, "eva", "member")
    recent = [said(n, "x", author) for n, author in enumerate([EVA, BO, other_ada, other_eva])]
    assert people_of(inbound(1), recent) == {"ada admin": 1, "bo": 6, "eva": None}
    assert people_of(inbound(1), recent[:2]) == {"ada admin": 1, "bo": 6, "eva": 5}


def test_a_delivery_without_an_id_has_no_asker_to_mention() -> None:
    """Then only recent authors are left, and nameless ones never."""
    asked = inbound(1).model_copy(update={"user_id": None})
    recent = [said(1, "x", EVA), said(2, "x", Creator(9, " ", "member"))]
    assert people_of(asked, recent) == {"eva": 5}
    assert people_of(inbound(1).model_copy(update={"user_name": ""}), []) == {}


def test_a_bot_is_known_by_its_messages() -> None:
    """The index shows an author's role; a webhook does not."""
    recent = [said(1, "x", EVA), said(2, "x", BO)]
    assert (is_bot(6, recent), is_bot(5, recent), is_bot(7, recent)) == (True, False, False)
