"""The sections of a bot file, each a model of its own."""
