"""The page's templates, filled in the service's language."""

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ingress.operator.page.words import Words
from shared.catalogue import Catalogue

_HERE = Path(__file__).parent
AT_ONCE_S = 0.001
"""How long the loop is held up by what is filled beside its other work."""


class Templates:
    """Renders one language's pages; whatever a value holds stands in them as text."""

    def __init__(self, sentences: Catalogue) -> None:
        self.words = Words(sentences)
        self.environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.environment.globals.update(
            t=self.words.say,
            known=self.words.said_of,
            room_words=self.words.room,
            room_named=self.words.room_named,
            scope_words=self.words.scope,
            unit_words=self.words.amount,
            step_words=self.words.step,
            sign_words=self.words.sign,
            since_words=self.words.since,
            until_words=self.words.until,
            after_words=self.words.after,
            how_words=self.words.how,
            reason_words=self.words.reason,
        )
        self.environment.filters.update(
            ago=self.words.ago,
            took=self.words.took,
            span=self.words.span,
            iso=self.words.iso,
            clock=self.words.clock,
            money=self.words.money,
            count=self.words.count,
            size=self.words.size,
        )

    def render(self, template: str, values: Mapping[str, Any]) -> str:
        """Fill a template; raises jinja2.UndefinedError for a value that is missing."""
        return self.environment.get_template(template).render({"now": time.time(), **values})

    async def fill_between_others(self, template: str, values: Mapping[str, Any]) -> str:
        """The same, in short steps: webhooks are answered between two of them."""
        pieces: list[str] = []
        began = time.monotonic()
        filled = self.environment.get_template(template)
        for piece in filled.generate({"now": time.time(), **values}):
            pieces.append(piece)
            if time.monotonic() - began > AT_ONCE_S:
                await asyncio.sleep(0)
                began = time.monotonic()
        return "".join(pieces)
