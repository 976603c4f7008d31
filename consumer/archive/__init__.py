"""The archive: what is kept of a lane while no client of it runs, and where."""
