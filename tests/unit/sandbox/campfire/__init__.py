"""Unit tests of the stand-in Campfire."""
