"""`python -m consumer.documents`: does nothing; ends well where a cage holds Python."""
