"""What each running attempt has done and cost so far (its "story"), for the operators."""
