"""Mentions that tell whom they name: the signed ids that Campfire shows, kept to be used again."""
