"""What lies on disk for a CLI: private files that it is started with, folders that it may fill."""
