"""Clients of Redis are made in one place: a second one would not know what REDIS_URL may name."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
ELSEWHERE = re.compile(
    r"\.from_url\(|ConnectionPool\(|RedisSettings\(|create_pool\(|\bredis\.Redis\(|[^.\w]Redis\("
)
THE_PLACE = ROOT / "shared" / "redis"


@pytest.mark.parametrize("package", ["consumer", "ingress", "operate", "shared"])
def test_nobody_makes_a_client_of_redis_by_hand(package: str) -> None:
    """Neither from a URL nor from a pool; httpcore's pools are others'."""
    found = [
        f"{file.relative_to(ROOT)}: {line.strip()}"
        for file in (ROOT / package).rglob("*.py")
        if THE_PLACE not in file.parents
        for line in file.read_text(encoding="utf-8").splitlines()
        if ELSEWHERE.search(line) and "httpcore" not in line
    ]
    assert found == []
