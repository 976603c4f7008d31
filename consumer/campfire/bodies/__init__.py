"""What people and bots wrote, as Campfire shows it: a tree, and whom it names. Pure."""
