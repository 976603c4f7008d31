"""The worker process: runs the turns, one at a time a lane, and posts the replies."""
