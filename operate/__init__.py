"""What a person runs to have the service and to look after it."""
