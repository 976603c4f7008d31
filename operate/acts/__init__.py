"""What an operator does to messages, lanes and members: cancels, pauses, drains, drops."""
