"""Builds what asks the agents' models outside of any turn, as the settings say."""

from consumer.messages_api import MessagesApi
from consumer.neighbours.model import ModelContact
from consumer.settings import ConsumerSettings
from consumer.turn.agent import Agent
from shared.bots import DEFAULT_MODEL, Roster


def model_from_settings(settings: ConsumerSettings, agent: Agent, roster: Roster) -> ModelContact:
    """The agent, watched for whether its model answers."""
    models = sorted(bot.model for bot in roster.taking_part)
    return ModelContact(agent, messages_api(settings), models[0] if models else DEFAULT_MODEL)


def messages_api(settings: ConsumerSettings) -> MessagesApi:
    """Where the agents' models are."""
    base_url = str(settings.anthropic_base_url) if settings.anthropic_base_url else None
    return MessagesApi(base_url, settings.anthropic_api_key.get_secret_value())
