"""`make soak`: thousands of turns of the session manager over real processes. No test."""
