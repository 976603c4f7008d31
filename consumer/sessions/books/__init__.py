"""The books: what each turn did and cost, on record for the next one and for whoever asks."""
