"""The log: how its lines are made for both processes, and what no line of it may hold."""

from shared.logs.lines import configure_a_commands_logs, configure_logs, withhold

__all__ = ["configure_a_commands_logs", "configure_logs", "withhold"]
