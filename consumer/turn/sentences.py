"""What the service itself says in a room."""

SENTENCES = {
    "failed": "Sorry, something went wrong on my side and I could not answer. Please ask again.",
    "busy_next": "I am still on an earlier message here; yours is next.",
    "busy_behind": "I am still on earlier messages here; {ahead} go before yours.",
    "busy_elsewhere": "I am busy in other rooms; I will answer as soon as I have a hand free.",
    "overloaded": "Sorry, I am overloaded right now: this will take a while longer.",
    "repeat": "(This may be a repeat: the connection broke while I answered.)<br>",
    "crashed": "I could not answer this message: I stopped working three times while I tried. "
    "It is kept for whoever runs me. Please ask in another way.",
    "cancelled": "Stopped, as asked.",
    "expired_one": "I was away and did not answer the message of {people} from {first}. "
    "Mention me again if you still need an answer.",
    "expired_many": "I was away and did not answer {count} messages of {people}, sent between "
    "{first} and {last}. Mention me again if you still need an answer.",
    "no_text": "I have no answer to that. Could you put it another way?",
}
