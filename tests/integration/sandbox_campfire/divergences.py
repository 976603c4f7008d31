"""Where Rails and the recorded port differ; there the sandbox does as Rails. One row a case.

Reasons are from `docs/campfire.md`, unless they say otherwise.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Divergence:
    """What is to be expected instead of the recorded port's behaviour, and why."""

    why: str
    status: int | None = None
    plain_text: str | None = None
    stored_html: str | None = None
    attachment: dict[str, Any] | None = None
    nothing_posted: bool = False


BAD_KEY = Divergence("section 6: a bad key is a 302 to /session/new in Rails, 401 in the port", 302)

BOT_API = {
    "a09_post_html_as_text_plain": Divergence(
        "section 3: Rails stores unsanitised: the space before the script is inside the text",
        plain_text="bold & it ",
    ),
    "a13_post_blank_spaces": Divergence("section 6: only blanks is 422 in Rails", 422),
    "a16_bad_key_token": BAD_KEY,
    "a17_bad_key_shape": BAD_KEY,
    "a18_user_key": BAD_KEY,
    "a19_bad_key_get": BAD_KEY,
    "a47_boost_bad_key": BAD_KEY,
    "a23_post_attachment_png": Divergence(
        "section 6: a file's plain_text is its name in Rails", plain_text="chart.png"
    ),
    "a24_post_attachment_txt": Divergence("as a23", plain_text="报告.txt"),
    "a25_post_attachment_and_body": Divergence("as a23", plain_text="chart.png"),
    "a26_post_attachment_svg": Divergence("as a23", plain_text="x.svg"),
    "a27_multipart_without_attachment": Divergence(
        "section 6: without a field `attachment` the raw multipart text is the body in Rails", 201
    ),
    "a36_get_single": Divergence("section 6: Rails has no route to show one message", 404),
    "a43_boost_17_chars": Divergence("section 6: Rails does not check a boost's length", 201),
    "a64_index_after_last": Divergence("section 6: nothing to show is 200 [] in Rails", 200),
    "a66_index_empty_room": Divergence("as a64", 200),
    "a71_head": Divergence("Rack answers HEAD as GET without a body, the port 405", 200),
}

ANSWERS = {
    "r10_200_unknown_type": Divergence(
        "section 5: of an unknown type Rails has no symbol (t03)",
        attachment={"filename": "attachment."},
    ),
    "r11_201_text_plain": Divergence(
        "section 5: Rails' symbol of text/plain is text (t03)",
        attachment={"filename": "attachment.text"},
    ),
    "r12_202_text_plain": Divergence("as r11", attachment={"filename": "attachment.text"}),
    "r17_404_text_plain": Divergence("as r11", attachment={"filename": "attachment.text"}),
    "r21_500_empty_with_type": Divergence(
        "section 5: Rails posts a file of 0 bytes, the port nothing",
        attachment={"filename": "attachment.text", "content_type": "text/plain", "bytes": 0},
    ),
    "r30_connection_refused": Divergence(
        "section 5: Rails does not retry; the port's later try was answered", nothing_posted=True
    ),
    "r33_reply_unescaped_text": Divergence(
        "section 7: Rails removes unknown tags with their content, the port keeps the text",
        stored_html="if a<b>d then \nsecond line</b>",
    ),
    "r34_reply_html_doc": Divergence("section 7: as r33, for <title>", stored_html="<p>body</p>"),
}

FILE_IN_WEBHOOK = "section 3: Rails tells html null and the file's name, the port two empty texts"

WEBHOOKS = {
    "w15_direct_image": Divergence(FILE_IN_WEBHOOK, plain_text="photo.png"),
    "w16_direct_text_file": Divergence(FILE_IN_WEBHOOK, plain_text="报告 notes.txt"),
    "w14_script_tag_posted": Divergence(
        "section 3: Rails stores unsanitised, so the webhook carries the script and the handlers",
        plain_text="beforeafter x",
        stored_html='<p>before<script>alert(1)</script><img src="x" onerror="alert(1)">after '
        '<a href="javascript:alert(1)">x</a></p>',
    ),
}

NOT_AS_RECORDED_HEADERS = (
    "section 3: Rails sends net/http's headers (t02) and escapes <>& in JSON; the port sends "
    "httpx's headers and raw JSON"
)
