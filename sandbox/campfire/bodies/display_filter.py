"""The two filters that stand between a stored body and who reads it: Rails' allow-lists. Pure.

`only_shown_tags` is the page's own: a tag that is not on its list goes **with its content**.
`sanitize` is Rails' sanitizer: a tag that is not on the list given is unwrapped, its text stays
(also that of scripts and of table cells: a09, w14). Sources: run with Ruby (t01), and a08-a10.
"""

import re
from collections.abc import Iterable

from sandbox.campfire.bodies.html_tree import Element, Node, parse, serialize

MENTION_TAG = "action-text-attachment"

_RAILS_TAGS = frozenset(
    """a abbr acronym address b big blockquote br cite code dd del dfn div dl dt em
    h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre samp small span strong sub sup time tt ul
    var""".split()  # noqa: SIM905 - reads as a list
)
_RAILS_ATTRIBUTES = frozenset(
    {"abbr", "alt", "cite", "class", "datetime", "height", "href", "lang", "name", "src", "title"}
    | {"width", "xml:lang"}
)
"""Rails::HTML5::SafeListSanitizer's own lists: no style, target, id, rel or data-*."""

ALLOWED_TAGS = (_RAILS_TAGS | {"figure", "figcaption", MENTION_TAG}) - {"img", "mark"}
"""What a stored body may show on the page."""

ACTION_TEXT = (
    _RAILS_TAGS | {"figure", "figcaption", MENTION_TAG},
    _RAILS_ATTRIBUTES
    | frozenset(
        """sgid content-type content url href filename filesize width height previewable
        presentation caption""".split()  # noqa: SIM905 - reads as a list
    ),
)
"""The tags and attributes that ActionText renders: the bot API's `html`."""

PAGE = (_RAILS_TAGS, _RAILS_ATTRIBUTES)
"""What is left of that on the page: no figure, no `sgid`."""

ALLOWED_SCHEMES = frozenset(
    """afs aim callto ed2k fax feed ftp gopher http https irc jabber line mailto modem news nntp
    rsync rtsp sftp sms ssh tag tel telnet urn webcal xmpp""".split()  # noqa: SIM905 - reads as a list
)
"""Loofah's safe list without `data`, which Rails refuses in links."""

_URI_ATTRIBUTES = frozenset({"href", "src", "cite", "url"})
_IGNORED_IN_SCHEMES = re.compile(r"[`\x00-\x20\x7f-\xa0\s]+")
_SCHEME = re.compile(r"^([a-z0-9][-+.a-z0-9]*)(?::|&colon|%3a|&#0*58|&#x0*3a)")


def only_shown_tags(nodes: Iterable[Node]) -> tuple[Node, ...]:
    """What is left when each tag that the page does not show has gone with all that is in it."""
    return tuple(
        Element(node.tag, node.attributes, only_shown_tags(node.children))
        if isinstance(node, Element)
        else node
        for node in nodes
        if not isinstance(node, Element) or node.tag in ALLOWED_TAGS
    )


def sanitize(
    nodes: Iterable[Node], lists: tuple[frozenset[str], frozenset[str]]
) -> tuple[Node, ...]:
    """The nodes with only these tags and attributes; others are unwrapped, comments gone."""
    return tuple(kept for node in nodes for kept in _kept(node, *lists))


def filter_html(html: str) -> str:
    """What the page leaves of a body before mentions are drawn; never raises."""
    return serialize(sanitize(only_shown_tags(parse(html)), ACTION_TEXT))


def is_safe_uri(value: str) -> bool:
    """Whether a link's target stays: a relative one, or one of the allowed schemes."""
    match = _SCHEME.match(_IGNORED_IN_SCHEMES.sub("", value).lower())
    return match is None or match.group(1) in ALLOWED_SCHEMES


def _kept(node: Node, tags: frozenset[str], attributes: frozenset[str]) -> tuple[Node, ...]:
    if isinstance(node, str):
        return (node,)
    if not isinstance(node, Element):
        return ()
    children = sanitize(node.children, (tags, attributes))
    if node.tag not in tags:
        return children
    return (Element(node.tag, _clean(node, attributes), children),)


def _clean(element: Element, allowed: frozenset[str]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (key, value)
        for key, value in element.attributes
        if key in allowed and (key not in _URI_ATTRIBUTES or is_safe_uri(value))
    )
