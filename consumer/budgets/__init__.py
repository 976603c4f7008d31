"""Budgets: a turn begins where something is left of each that it counts for, and is paid."""
