"""An agent's answer, written as the posts and files of a reply."""

import asyncio
from functools import partial

from consumer.addressing.addressing import Address, Addressing
from consumer.addressing.mentionable import Mentionable, edit_of, written
from consumer.outbox.outbox import Outbox, Taken
from consumer.outcome.outcome import Edit, Reply
from consumer.posting.long_answers import Shown
from consumer.posting.long_answers import shown as as_shown
from consumer.queue.claim import Claim
from consumer.turn.agent import Answer
from shared import tracing
from shared.catalogue import Catalogue

LONG_TEXT = 10_000
"""An answer of more characters takes so long to render that it would hold up the other lanes."""


class Writing:
    """Addresses an answer, renders it, and takes what its turn left in the outbox."""

    def __init__(self, addressing: Addressing, sentences: Catalogue, outbox: Outbox) -> None:
        self._addressing = addressing
        self._sentences = sentences
        self._outbox = outbox

    async def answered(
        self,
        claim: Claim,
        answer: Answer,
        since_ns: int | None,
        who: Mentionable,
        told: str,
        noted: str,
    ) -> Reply:
        """The reply with its files; `since_ns`: when the turn began, None: it can have none.

        `told` and `noted` are sentences of ours that stand behind the answer.
        """
        taken = await self._taken(claim, answer, since_ns)
        text = answer.text.strip()
        if not (text or taken.files or answer.cut or noted):
            text = self._sentences.say("no_text")
        if answer.cut:
            text = f"{text}\n\n{self._sentences.say('cut_off')}".strip()
        text = f"{text}\n\n{told}".strip()
        address = await self._addressing.of(claim, who, text)
        whole = f"{text}\n\n{noted}".strip()
        with tracing.step("render"):
            text_shown, edit = await self.shown(claim, whole, who, address, taken)
        if noted and text_shown.files:  # its end is in the file alone: nobody would be told
            whole = f"{noted}\n\n{text}"
            text_shown, edit = await self.shown(claim, whole, who, address, taken)
        return Reply(
            parts=text_shown.parts,
            ending="completed",
            tier=answer.tier,
            files=(*text_shown.files, *taken.files),
            left_out=taken.left_out,
            edit=edit,
        )

    async def shown(
        self, claim: Claim, text: str, who: Mentionable, address: Address, taken: Taken
    ) -> tuple[Shown, Edit | None]:
        """The text as posts, and as a file where they are too many; and what to make of them."""
        names = [file.name for file in taken.files]
        keep = partial(self._outbox.keep, claim.job_id, claim.token)

        def rendered() -> tuple[Shown, Edit | None]:
            posts = written(text, who, quote=address.quote, opening=address.name, files=names)
            in_room = as_shown(text, posts.parts, keep, self._sentences)
            return in_room, edit_of(posts, in_room)

        return await asyncio.to_thread(rendered) if len(text) > LONG_TEXT else rendered()

    async def _taken(self, claim: Claim, answer: Answer, since_ns: int | None) -> Taken:
        """What the turn's outbox holds; a turn that failed or was stopped posts no file."""
        if answer.folder is None or since_ns is None:
            return Taken()
        arguments = claim.job_id, claim.token, answer.folder, since_ns
        return await asyncio.to_thread(self._outbox.take, *arguments)
