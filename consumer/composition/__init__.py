"""The composition root: what the service is made of, and what runs it."""
