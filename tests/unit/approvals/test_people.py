"""What approvers are called: as they were last heard, else as a mention showed them."""

from consumer.approvals.people import MOST, PeopleHeard
from tests.deliveries import inbound


def test_the_newest_name_counts() -> None:
    """A mention's name is the older one; of whom nothing was heard it is all there is."""
    people = PeopleHeard(lambda: {1: "Ada", 9: "Bo"})
    people.heard(inbound(1).model_copy(update={"user_id": 1, "user_name": "Ada Admin"}))
    people.heard(inbound(2).model_copy(update={"user_id": None, "user_name": "Nobody"}))
    people.heard(inbound(3).model_copy(update={"user_id": 9, "user_name": " "}))
    assert people.names() == {1: "Ada Admin", 9: "Bo"}


def test_it_is_bounded() -> None:
    """Whoever was heard longest ago is forgotten first."""
    people = PeopleHeard(dict)
    for number in range(MOST + 2):
        people.heard(inbound(1).model_copy(update={"user_id": number + 1, "user_name": "x"}))
    assert len(people.names()) == MOST
    assert 1 not in people.names()
