"""What a bot may have of the web."""

import re
from typing import Annotated, Self

import idna
from pydantic import AfterValidator, model_validator

from shared.bots.fields import Many, Truth, listed
from shared.bots.sections.section import Section

_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")


def _domain(text: str) -> str:
    """In lower case, as DNS has it; raises ValueError for what is no public name."""
    wrong = ValueError(f"{text!r} is no domain, as docs.example.com")
    try:
        name = idna.encode(text.strip().rstrip("."), uts46=True).decode("ascii")
    except UnicodeError:
        raise wrong from None
    labels = name.split(".")
    is_address = labels[-1][:1] in "0123456789"  # no top-level domain begins with a digit
    if len(labels) < 2 or not all(map(_LABEL.fullmatch, labels)) or is_address:
        raise wrong
    return name


Domains = Annotated[
    Many[Annotated[str, AfterValidator(_domain)]],
    listed("must be a list of domains, as [docs.example.com]"),
]


class Web(Section):
    """Pages of named domains, and the search that the Messages API carries out."""

    domains: Domains = ()
    """Those whose pages it may fetch, with all that is below them."""
    search: Truth = False
    """Whether it may search the web."""

    @model_validator(mode="after")
    def _grants_something(self) -> Self:
        if not self.domains and not self.search:
            raise ValueError("grants nothing: name domains, or set search: true")
        return self
