"""What the model wrote, parsed: Markdown as Campfire shows it."""
