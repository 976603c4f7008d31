"""How a process of ours begins: what it is told, and what it keeps out of others' sight."""
