"""Who works on the queue: members, each proved by a lease that its heart renews."""
