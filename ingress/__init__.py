"""The web process: takes Campfire's webhook deliveries and answers empty, in milliseconds."""
