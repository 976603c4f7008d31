"""The bodies that `/sandbox/…` takes, each checked and said in full when it is wrong."""

import base64
from collections.abc import Sequence
from dataclasses import replace
from html import escape
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.campfire.bodies.mentions import mention_html
from sandbox.campfire.bot_api.answers import Mode
from sandbox.campfire.stored.messages import Upload
from sandbox.campfire.stored.people import People, Person
from sandbox.campfire.stored.rooms import Involvement, RoomKind


class AdminForm(BaseModel):
    """A body; unknown fields are refused, so that a typing error in a test is seen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class File(AdminForm):
    """A file to upload; `data` in base64."""

    filename: str
    content_type: str = "application/octet-stream"
    data: str


class NewMessage(AdminForm):
    """A message as a person writes it.

    `text` is typed text (escaped, line ends become `<br>`), `html` is a body as an editor posts
    it; `mentions` are bot ids (`assistant`) or user ids, put in front of a text as real mentions.
    `file` goes alone, as Campfire's composer sends it, unless there is a body too.
    """

    room_id: int
    user_id: int = 1
    text: str | None = None
    html: str | None = None
    mentions: Sequence[int | str] = ()
    file: File | None = None

    def body(self, people: People) -> str | None:
        """The HTML to post; None when there is only a file."""
        if self.html is not None:
            return self.html
        if self.text is None and not self.mentions and self.file is not None:
            return None
        mentioned = [self._mention(people, name) for name in self.mentions]
        text = escape(self.text or "", quote=False).replace("\n", "<br>")
        return f"<p>{' '.join([*mentioned, text])}</p>"

    def upload(self) -> Upload | None:
        """The file to post."""
        if self.file is None:
            return None
        data = base64.b64decode(self.file.data)
        return Upload(self.file.filename, self.file.content_type, data)

    def _mention(self, people: People, name: int | str) -> str:
        person = people.get(name) if isinstance(name, int) else people.bot_by_bot_id(name)
        return mention_html(person.id, person.name) if person else escape(f"@{name}")


class NewRoom(AdminForm):
    """A room to make; a direct one has no name."""

    kind: RoomKind = "open"
    name: str | None = None
    member_ids: Sequence[int] = (1,)


class BotChange(AdminForm):
    """What to change of a bot."""

    token: str | None = None
    webhook_url: str | None = None
    active: bool | None = None

    def applied_to(self, bot: Person) -> Person:
        """The bot as it is to be."""
        return replace(bot, **self.model_dump(exclude_none=True))


class InvolvementChange(AdminForm):
    """What a member wants to be told of."""

    involvement: Involvement


class ModeChange(AdminForm):
    """The release to become."""

    mode: Mode


Form = TypeVar("Form", bound=BaseModel)


async def read_form(request: Request, form: type[Form]) -> Form | Response:
    """The body as this form, or a 422 that says what is wrong with it."""
    try:
        return form.model_validate_json(await request.body())
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False, include_input=False)
        return JSONResponse({"problems": problems}, 422)
