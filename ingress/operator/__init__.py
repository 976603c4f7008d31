"""What operators ask over HTTP: state, jobs, sessions; and who may ask."""
