"""What lies in the sandbox's database and folder: rooms, people, messages, pictures."""
