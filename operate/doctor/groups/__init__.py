"""The nine groups, a module each: what is asked for stands apart from what is made of it."""
