"""Budgets: which apply to whom and until when, and what was used of them."""

from shared.budgets.counters import Counter, applying
from shared.budgets.reading import Used, used_by, used_of

__all__ = ["Counter", "Used", "applying", "used_by", "used_of"]
