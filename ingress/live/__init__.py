"""The live stream's reading side: one hub over Redis, and any number of watchers over HTTP."""
