"""After an outage: what was said to our bots and never reached us is found in the index."""
