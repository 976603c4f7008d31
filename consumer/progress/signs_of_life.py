"""Opens the signs of life of a claimed message, as its room, its bot and the settings want them."""

from collections.abc import Mapping
from dataclasses import dataclass
from weakref import WeakValueDictionary

from consumer.campfire.client import Campfire
from consumer.progress.marks.boost_ids import BoostIds
from consumer.progress.marks.marks import Marks
from consumer.progress.marks.traces import Traces
from consumer.progress.no_signs import NO_SIGNS, NoSigns
from consumer.progress.signs import Signs
from consumer.queue.claim import Claim
from consumer.queue.lanes import Lanes
from shared.bots import Bot, Progress, Roster
from shared.catalogue import Catalogue
from shared.lane import Lane


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How much a room sees: what is set for the room, else for the bot, else for all."""

    progress: Progress = "steps"
    rooms: Mapping[int, Progress]

    def of(self, bot: Bot, room_id: int) -> Progress:
        """The rule for a bot in a room."""
        return self.rooms.get(room_id) or bot.progress or self.progress


class SignsOfLife:
    """Knows which signs a bot shows where; what they leave in a room is recorded with the claim."""

    def __init__(
        self,
        campfire: Campfire,
        lanes: Lanes,
        roster: Roster,
        rule: Rule,
        sentences: Catalogue,
        boost_ids: BoostIds,
    ) -> None:
        self._campfire, self._lanes = campfire, lanes
        self._boost_ids = boost_ids
        self._roster, self._rule, self._sentences = roster, rule, sentences
        self._shown: WeakValueDictionary[str, Signs] = WeakValueDictionary()
        """By job id, while their turns run."""

    def of(self, claim: Claim) -> Signs | NoSigns:
        """The signs of this attempt, which takes over what an earlier one left in the room."""
        message, offers = claim.message, self._campfire.offers_at_hand
        if offers is not None and not offers.boosts:
            return NO_SIGNS
        marks = Marks(
            self._campfire.room(message.lane),
            message.message_id,
            Traces.read(claim.traces),
            Claimed(self._lanes, claim),
            self._boost_ids,
        )
        progress = self._rule.of(self._roster.in_lane(message.lane), message.room_id)
        if progress == "edit" and message.room_name is None:
            progress = "steps"  # a message in a ping is a push, and calls every bot in it
        if message.control:
            progress = "off"  # it is carried out and answered at once
        signs = Signs(self._campfire, marks, progress, self._sentences, used_s=claim.used_s)
        self._shown[claim.job_id] = signs
        return signs

    async def make_way(self, claim: Claim) -> None:
        """The message's turn is about to post something: see Signs."""
        if (signs := self._shown.get(claim.job_id)) is not None:
            await signs.make_way()

    def wants(self, lane: Lane) -> bool:
        """Whether the lane's room wants any signs."""
        return self._wanted(lane) != "off"

    def speaks(self, lane: Lane) -> bool:
        """Whether the lane's room wants to hear more than that a message was seen."""
        return self._wanted(lane) in ("steps", "edit")

    def _wanted(self, lane: Lane) -> Progress:
        if not self._roster.takes_part(lane.bot_id):
            return "off"
        return self._rule.of(self._roster.in_lane(lane), lane.room_id)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A claimed message's record, as its marks need it."""

    lanes: Lanes
    claim: Claim

    async def record(self, traces: Traces) -> None:
        """Keep the traces with the message; raises Fenced when the claim is lost."""
        await self.lanes.ledger.record(self.claim, traces=traces.wire())
