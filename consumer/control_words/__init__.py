"""Control words: what people type to a bot for the service itself, carried out and answered."""
