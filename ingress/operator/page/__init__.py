"""The operator's page, at `/operator`: what is there, what happened, and the buttons."""
