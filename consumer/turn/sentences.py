"""What the service itself says in a room."""

SENTENCES = {
    "failed": "Sorry, something went wrong on my side and I could not answer. Please ask again.",
    "no_text": "I have no answer to that. Could you put it another way?",
}
