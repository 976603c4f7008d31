"""Carries out one control word and gives what the room is told. The rest is the pipeline's."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime
from typing import assert_never

import structlog

from consumer.admission import Admission
from consumer.briefing.briefed import Briefed
from consumer.control_words.help import introduction
from consumer.control_words.notebook import Notebook
from consumer.control_words.on_time import OnTime
from consumer.control_words.requests import RequestWords
from consumer.control_words.sessions import Sessions
from consumer.control_words.state import cost_so_far, state, troubles
from consumer.control_words.stopping import Stopping
from consumer.notes.notes import Notes
from consumer.outcome.classify import classify
from consumer.outcome.outcome import Reply, Retry
from consumer.queue.cancellation.cancelling import Cancelling
from consumer.queue.claim import Claim
from consumer.queue.lanes import Lanes
from shared.audit import NO_AUDIT, Audit, entry_of
from shared.bots import Bot, Roster
from shared.bots.theirs import asked_first, for_person
from shared.catalogue import Catalogue
from shared.errors import QueueError, is_bug
from shared.lane import Line
from shared.numbers import whole_number

log = structlog.get_logger()

AlsoTold = Callable[[Bot, Catalogue], Iterable[str]]
"""Lines of HTML that `status` ends with."""


def nothing_more(_bot: Bot, _sentences: Catalogue) -> Iterable[str]:
    """No lines: for a service that knows of nothing beside its lanes."""
    return ()


async def no_budgets(_claim: Claim) -> Sequence[str]:
    """No lines: for a service without budgets."""
    return ()


class ControlWords:
    """Answers messages whose `control` is set; never raises but for Fenced and cancellation."""

    def __init__(
        self,
        lanes: Lanes,
        cancelling: Cancelling,
        sessions: Sessions,
        briefed: Briefed,
        admission: Admission,
        bots: Roster,
        sentences: Catalogue,
        notes: Notes,
        on_time: OnTime,
        requests: RequestWords,
        *,
        now: Callable[[], datetime],
        also_told: AlsoTold = nothing_more,
        as_it_is: Callable[[Bot], Awaitable[Bot]],
        audit: Audit = NO_AUDIT,
        budgets: Callable[[Claim], Awaitable[Sequence[str]]] = no_budgets,
    ) -> None:
        """`as_it_is`: a bot without what its file grants and this service or Campfire cannot do.
        `budgets`: lines of HTML that tell how those stand that a message counts for."""
        self._lanes = lanes
        self._cancelling = cancelling
        self._sessions = sessions
        self._briefed = briefed
        self._admission = admission
        self._bots = bots
        self._sentences = sentences
        self._now = now
        self._also_told = also_told
        self._as_it_is = as_it_is
        self._audit, self._budgets = audit, budgets
        self._requests = requests
        self._notebook = Notebook(notes, lanes, sentences, now)
        self._on_time = on_time
        self._stopping = Stopping(lanes, cancelling, sentences)

    async def reply(self, claim: Claim) -> Reply | Retry:
        """Do what was asked, and what the room is told of it; carried out twice, it does no harm:
        what was asked after it waits until it is settled (claim.lua)."""
        log.info("control_word", word=claim.message.control)
        message = claim.message
        note = entry_of(message, claim.job_id, what="control_word", detail=message.control)
        await self._audit.note(note)
        try:
            return await self._carry_out(claim)
        except QueueError:
            raise
        except Exception as error:  # whatever it is, the room gets a sentence
            log.warning("control_word_failed", error=type(error).__name__, exc_info=is_bug(error))
            return classify(error, claim.failures, self._sentences)

    async def _carry_out(self, claim: Claim) -> Reply:
        match claim.message.control:
            case "stop" | "stop all":
                return await self._stop(claim)
            case "yes" | "no" | "show":
                return await self._requests.reply(claim)
            case "new":
                return _told(await self._forget(claim))
            case "status" | "usage":
                return _told([await self._so_far(claim)])
            case "notes" | "forget" | "forget all":
                return await self._of_notes(claim)
            case "reminders" | "cancel reminder" | "timezone":
                return _told(await self._on_time.carry_out(claim))
            case "help" | None:
                return _told([await self._help(claim)])
        assert_never(claim.message.control)  # a new word is not answered with help

    async def _help(self, claim: Claim) -> str:
        account = await self._sessions.account(claim.message.lane)
        message, bot = claim.message, await self._as_it_is(self._bots.in_lane(claim.message.lane))
        who, is_ping = message.user_id, message.room_name is None
        # Without the tools that whoever types may not have used.
        theirs = for_person(bot, who, is_ping=is_ping)
        asked = asked_first(bot, who, is_ping=is_ping)
        said = introduction(theirs, self._sentences, asked)
        return "<br>".join([said, *troubles(account, self._sentences)])

    async def _stop(self, claim: Claim) -> Reply:
        """Whoever may not type the word may type it for a message of their own.

        Posts nothing where the stopped turn tells the room by itself.
        """
        why, person = self._admission.why_not(claim.message), claim.message.user_id
        told = await self._stopping.stop(claim, own_only=why is not None)
        if why is None:
            told = await self._without_requests(claim, told or ())
        elif person is not None and (
            gone := await self._requests.withdraw(claim, "stop", asker=person)
        ):
            told = (*(told or ()), *gone)
        if told is None and why is not None:
            return await self._admission.told(claim, why)
        return _told(told or ())

    async def _without_requests(self, claim: Claim, told: tuple[str, ...]) -> tuple[str, ...]:
        """Whoever stops something here stops what waits for a person's word too."""
        gone = await self._requests.withdraw(claim, "stop")
        nothing = {self._sentences.say(f"control.{it}") for it in ("nothing", "too_late")}
        return gone if gone and nothing.issuperset(told) else (*told, *gone)

    async def _of_notes(self, claim: Claim) -> Reply:
        """Others' are forgotten by whom the bot's file lets, or by approvers where it is silent."""
        if claim.message.control == "notes":
            return _told(await self._notebook.listed(claim))
        may = self._admission.may_type_for_others(claim.message)
        told = await self._notebook.forget(claim, own_only=not may)
        if told is None:
            return await self._admission.told(claim, "others")
        return _told([told])

    async def _forget(self, claim: Claim) -> tuple[str, ...]:
        lane, number = claim.message.lane, whole_number(claim.message.message_id)
        # The mark first: a turn that begins meanwhile would be told the old talk.
        await self._briefed.forget(lane, number or 0)
        await self._sessions.forget(lane)
        told = self._sentences.say("control.new")
        notes_stay = await self._notebook.stay(claim, self._bots[lane.bot_id])
        gone = await self._requests.withdraw(claim, "new")
        return (f"{told} {notes_stay}".strip(), *gone)

    async def _so_far(self, claim: Claim) -> str:
        """What goes on here, or what it has cost."""
        if claim.message.control == "status":
            return await self._state(claim)
        account = await self._sessions.account(claim.message.lane)
        told = cost_so_far(account, self._sentences, self._now().tzinfo)
        return "<br>".join([told, *await self._budgets(claim)])

    async def _state(self, claim: Claim) -> str:
        lane = claim.message.lane
        running = self._cancelling.running(lane)
        tickets = await self._lanes.lines.tickets(Line(lane))
        waiting = [t for t in tickets if running is None or t.job_id != running.job_id]
        account = await self._sessions.account(lane)
        paused = await self._lanes.lines.is_paused(lane)
        told = state(running, waiting, account, self._sentences, self._now(), paused=paused)
        if lane.bot_id in self._bots.broken:
            told += f"<br>{self._sentences.say('control.broken_file')}"
        return "<br>".join([told, *self._also_told(self._bots[lane.bot_id], self._sentences)])


def _told(posts: Iterable[str]) -> Reply:
    return Reply(parts=tuple(posts), ending="completed")
