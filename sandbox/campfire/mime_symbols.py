"""The file name Rails gives a webhook's answer: `attachment.<symbol of the MIME type>`."""

SYMBOLS = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "text",
    "text/javascript": "js",
    "application/javascript": "js",
    "application/x-javascript": "js",
    "text/css": "css",
    "text/calendar": "ics",
    "text/csv": "csv",
    "text/vcard": "vcf",
    "text/vtt": "vtt",
    "image/png": "png",
    "image/jpeg": "jpeg",
    "image/gif": "gif",
    "image/bmp": "bmp",
    "image/tiff": "tiff",
    "image/svg+xml": "svg",
    "video/mpeg": "mpeg",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/aac": "m4a",
    "video/webm": "webm",
    "video/mp4": "mp4",
    "font/otf": "otf",
    "font/ttf": "ttf",
    "font/woff": "woff",
    "font/woff2": "woff2",
    "application/xml": "xml",
    "text/xml": "xml",
    "application/x-xml": "xml",
    "application/rss+xml": "rss",
    "application/atom+xml": "atom",
    "application/x-yaml": "yaml",
    "text/yaml": "yaml",
    "multipart/form-data": "multipart_form",
    "application/x-www-form-urlencoded": "url_encoded_form",
    "application/json": "json",
    "text/x-json": "json",
    "application/jsonrequest": "json",
    "application/pdf": "pdf",
    "application/zip": "zip",
    "application/x-zip-compressed": "zip",
    "application/gzip": "gzip",
    "application/x-gzip": "gzip",
}
"""ActionDispatch's registered types (recorded: t03). `image/webp` and others have no symbol."""


def attachment_name(content_type: str) -> str:
    """`attachment.png`; `attachment.` for a type Rails does not know."""
    return f"attachment.{SYMBOLS.get(content_type, '')}"
