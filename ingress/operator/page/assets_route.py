"""The page's files: looks, script, picture. They say nothing of the service, and need no log-in."""

from pathlib import Path

from fastapi import APIRouter, HTTPException, Response

_FOLDER = Path(__file__).parent / "assets"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FILES = {file.name: file.read_bytes() for file in _FOLDER.iterdir()}
_HEADERS = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}

router = APIRouter()


@router.get("/operator/assets/{name}")
async def asset(name: str) -> Response:
    """One of the page's files; 404 for another name."""
    if name not in _FILES:
        raise HTTPException(404)
    return Response(_FILES[name], 200, _HEADERS, _TYPES[Path(name).suffix])
