"""Claude: the Agent SDK and its CLI, and what each of its processes is given and leaves."""
