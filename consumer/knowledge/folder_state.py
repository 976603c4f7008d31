"""What is known of a bot's folder, and what `status` and the operators are told of it. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape

from consumer.knowledge.library import Holdings
from shared.between_processes.service_status import KnowledgeStatus
from shared.catalogue import Catalogue

MOST_NAMED = 5
"""Files that `status` names in a room; the operators' page has more of them."""
MOST_TOLD = 100


@dataclass(slots=True)
class FolderState:
    """What is known of one folder of documents: what its index holds, what is still to be done."""

    holdings: Holdings = field(default_factory=Holdings)
    to_do: int = 0
    """Files that are still to be taken in, while a run goes on."""
    is_missing: bool = False
    """The folder cannot be read; what its index holds goes on being found."""
    seen: int = 0
    """A hash of the names and stamps that the last run took in."""
    again_at: float = 0.0
    """When a run may be tried again after one that failed as a whole; s of the monotonic clock."""


def lines(state: FolderState, sentences: Catalogue) -> Iterator[str]:
    """What a room is told of the folder, as HTML."""
    yield sentences.say("knowledge.holds", files=state.holdings.files)
    if state.to_do:
        yield sentences.say("knowledge.to_do", files=state.to_do)
    if state.is_missing:
        yield sentences.say("knowledge.missing")
    if troubles := list(state.holdings.troubles.items()):
        named = [
            f"{escape(name)} ({sentences.say(f'knowledge.trouble.{trouble.value}')})"
            for name, trouble in troubles[:MOST_NAMED]
        ]
        if more := len(troubles) - len(named):
            named.append(sentences.say("knowledge.more", count=more))
        yield sentences.say("knowledge.unreadable", names=sentences.listed(named))


def told(bot_id: str, state: FolderState) -> KnowledgeStatus:
    """What operators are told of the folder."""
    troubles = list(state.holdings.troubles.items())
    return KnowledgeStatus(
        bot_id=bot_id,
        files=state.holdings.files,
        to_do=state.to_do,
        folder_missing=state.is_missing,
        unreadable=len(troubles),
        troubles={name: trouble.value for name, trouble in troubles[:MOST_TOLD]},
    )
