"""Whether Campfire and the model answered last time, and asking again until they do."""
