"""What somebody does on the page, in the name of their log-in: each act stands in the audit."""

from ingress.operator.page.authentication.log_ins import LogIn
from ingress.parts import Parts
from shared.operating.actions import Actions


def acts_of(parts: Parts, who: LogIn) -> Actions:
    """Several people may hold one token: what tells them apart is their log-in."""
    name = f"log-in {who.id}"
    return Actions(parts.redis, parts.keys, parts.audit, via="page", who=name)
