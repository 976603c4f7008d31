"""What the agent says of a failure reaches the operator whatever it holds."""

from consumer.agent.errors import AgentOverloaded


def test_half_a_character_is_shown_as_none() -> None:
    """It is no UTF-8, and what cannot be written down ends no message."""
    error = AgentOverloaded("cut in \ud83d")
    assert error.detail == "cut in ?"
    assert error.detail == str(error)
