"""What Campfire shows of a stored body: Rails' allow-list, applied when a message is displayed.

Pure. First every tag that is not on the list goes **with its content**, then attributes are
cleaned. Source: once-campfire `lib/rails_ext` and `app/helpers/content_filters`, run with Ruby:
`tests/recordings/t01_rails_filters.json`.
"""

import re
from collections.abc import Iterable

from sandbox.campfire.html_tree import Element, Node, parse, serialize

MENTION_TAG = "action-text-attachment"

ALLOWED_TAGS = frozenset(
    """a abbr acronym address b big blockquote br cite code dd del dfn div dl dt em
    h1 h2 h3 h4 h5 h6 hr i ins kbd li ol p pre samp small span strong sub sup time tt ul var
    figure figcaption action-text-attachment""".split()  # noqa: SIM905 - reads as a list
)

ALLOWED_ATTRIBUTES = frozenset(
    {"abbr", "alt", "cite", "class", "datetime", "height", "href", "lang", "name", "src", "title"}
    | {"width", "xml:lang"}
)
"""Rails::HTML5::SafeListSanitizer's own list: no style, target, id, rel or data-*."""

MENTION_ATTRIBUTES = frozenset(
    """sgid content-type content url href filename filesize width height previewable
    presentation caption""".split()  # noqa: SIM905 - reads as a list
)
"""ActionText's attributes of an attachment, kept besides the allowed ones on that tag alone."""

ALLOWED_SCHEMES = frozenset(
    """afs aim callto ed2k fax feed ftp gopher http https irc jabber line mailto modem news nntp
    rsync rtsp sftp sms ssh tag tel telnet urn webcal xmpp""".split()  # noqa: SIM905 - reads as a list
)
"""Loofah's safe list without `data`, which Rails refuses in links."""

_URI_ATTRIBUTES = frozenset({"href", "src", "cite", "url"})
_IGNORED_IN_SCHEMES = re.compile(r"[`\x00-\x20\x7f-\xa0\s]+")
_SCHEME = re.compile(r"^([a-z0-9][-+.a-z0-9]*)(?::|&colon|%3a|&#0*58|&#x0*3a)")


def filter_html(html: str) -> str:
    """The HTML that a room shows of `html`; never raises, whatever the markup."""
    return serialize(filter_nodes(parse(html)))


def filter_nodes(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """The same on a tree that is parsed already."""
    return tuple(kept for node in nodes for kept in _kept(node))


def is_safe_uri(value: str) -> bool:
    """Whether a link's target stays: a relative one, or one of the allowed schemes."""
    match = _SCHEME.match(_IGNORED_IN_SCHEMES.sub("", value).lower())
    return match is None or match.group(1) in ALLOWED_SCHEMES


def _kept(node: Node) -> tuple[Node, ...]:
    if isinstance(node, str):
        return (node,)
    if not isinstance(node, Element) or node.tag not in ALLOWED_TAGS:
        return ()
    return (Element(node.tag, _clean_attributes(node), filter_nodes(node.children)),)


def _clean_attributes(element: Element) -> tuple[tuple[str, str], ...]:
    allowed = ALLOWED_ATTRIBUTES
    if element.tag == MENTION_TAG:
        allowed = ALLOWED_ATTRIBUTES | MENTION_ATTRIBUTES
    return tuple(
        (key, value)
        for key, value in element.attributes
        if key in allowed and (key not in _URI_ATTRIBUTES or is_safe_uri(value))
    )
