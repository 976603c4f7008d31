"""The turn of one message: from its claim to the one outcome that somebody sees."""
