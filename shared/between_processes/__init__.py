"""What the processes tell each other: commands one way, state and live events the other."""
