"""Taking responsibility for a message, once: by webhook in the ingress, later in the consumer."""
