"""What Campfire's composer adds for a link it looked up: a card with title, text and picture."""

from html import escape

from sandbox.campfire.bodies.html_tree import Element

EMBED_TYPE = "application/vnd.actiontext.opengraph-embed"


def embed_html(node: Element) -> str:
    """The card as the room's page shows it (w60); nothing of it is in the plain text."""
    href, image = escape(node.attribute("href") or ""), node.attribute("url")
    told = escape(node.attribute("caption") or "")
    return (
        '\n  \n    <div class="og-embed gap">\n      <div class="og-embed__content">\n'
        '        <div class="og-embed__title">\n'
        f'          <a href="{href}">{escape(node.attribute("filename") or "")}</a>\n'
        "        </div>\n"
        f'        <div class="og-embed__description">{told}</div>\n'
        f"      </div>\n{_picture(image)}    </div>\n  \n"
    )


def _picture(address: str | None) -> str:
    if not address:
        return ""
    return (
        '        <div class="og-embed__image">\n'
        f'          <img src="{escape(address)}" class="image center" alt="">\n        </div>\n'
    )
