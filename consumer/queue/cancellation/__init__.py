"""Cancelling from outside the turn: by a message, or by the button of an arq dashboard."""
