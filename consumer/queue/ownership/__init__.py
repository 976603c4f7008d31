"""Who owns the queue: one consumer at a time, proved by a lease that its heart renews."""
