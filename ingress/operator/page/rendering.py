"""The page's templates, filled in the service's language."""

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ingress.operator.page.texts import PageTexts
from shared.catalogue import Catalogue

_HERE = Path(__file__).parent
AT_ONCE_S = 0.001
"""How long the loop is held up by what is filled beside its other work."""


class Templates:
    """Renders one language's pages; whatever a value holds stands in them as text."""

    def __init__(self, sentences: Catalogue) -> None:
        self.texts = PageTexts(sentences)
        self.environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.environment.globals.update(
            t=self.texts.say,
            known=self.texts.said_of,
            room_words=self.texts.room,
            room_named=self.texts.room_named,
            scope_words=self.texts.scope,
            unit_words=self.texts.amount,
            step_words=self.texts.step,
            sign_words=self.texts.sign,
            since_words=self.texts.since,
            until_words=self.texts.until,
            after_words=self.texts.after,
            how_words=self.texts.how,
            reason_words=self.texts.reason,
        )
        self.environment.filters.update(
            ago=self.texts.ago,
            took=self.texts.took,
            span=self.texts.span,
            iso=self.texts.iso,
            clock=self.texts.clock,
            money=self.texts.money,
            count=self.texts.count,
            size=self.texts.size,
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
