"""Whom an answer is for: whom it names, whose words it quotes, whom it may mention."""
