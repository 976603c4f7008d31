"""Files that agents send: found, copied out of their reach, kept until they are posted."""
