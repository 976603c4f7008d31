"""Budgets: a turn begins where each that it counts for has something left; its use is booked."""
