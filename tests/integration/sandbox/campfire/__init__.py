"""The stand-in Campfire held to the recordings, over real sockets, and its page in Chromium."""
