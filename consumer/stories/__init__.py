"""What happens in the attempts that run now, for the operators: their steps, and what they cost."""
