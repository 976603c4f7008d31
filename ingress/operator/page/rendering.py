"""The page's templates, filled in the service's language."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ingress.operator.page.words import Words
from shared.catalogue import Catalogue

_HERE = Path(__file__).parent


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
