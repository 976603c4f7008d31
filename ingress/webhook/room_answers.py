"""The one deliberate kind of answer: 200 text/plain, which Campfire posts as the bot's message."""

from fastapi import Response

from ingress.silence import FOR_THE_ROOM


def said_in_the_room(sentence: str) -> Response:
    """An answer that Campfire posts; the body is HTML to it (docs/campfire.md, "What is shown")."""
    headers = {FOR_THE_ROOM.decode(): "yes"}
    return Response(sentence, media_type="text/plain", headers=headers)
