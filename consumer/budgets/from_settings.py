"""Builds the budgets as the settings say."""

from consumer.budgets.budgets import Budgets
from consumer.budgets.reservations import Reservations
from consumer.foundation import Foundation

SPARE_S = 120.0
"""Beyond a turn's time: to wait for a client, to drain, to post."""


def budgets_from_settings(base: Foundation) -> Budgets:
    """The budgets of all bots."""
    patience_s = 2 * base.settings.turn_timeout_seconds + SPARE_S
    reservations = Reservations(base.redis, base.keys, patience_s=patience_s)
    return Budgets(reservations, base.roster, base.sentences, base.audit, now=base.now)
