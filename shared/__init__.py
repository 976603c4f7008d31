"""What ingress and consumer must agree on: the message, its lane, the bots, the Redis keys."""
