"""Control words: orders to the service that people type to a bot, carried out and answered."""
