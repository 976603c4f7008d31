"""What waiting, starting and ending of messages costs, whatever the turns are."""
