"""Which addresses may be dialled."""

import pytest

from consumer.web.addresses import is_public

INSIDE = [
    *("127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1"),
    *("172.31.255.255", "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200"),
    *("192.0.0.192", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.9", "192.88.99.1"),
    *("224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "168.63.129.16"),
    *("::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::ffff:0:7f00:1"),
    *("64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:10::1"),
    *("2001:db8::1", "2002:7f00:1::", "2002:a00:1::1", "3fff::1", "5f00::1", "fc00::1"),
    *("fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "2600::1%eth0"),
]
"""This machine, private, link-local, multicast, reserved, and IPv4 inside IPv6 of each kind."""


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_not_on_the_internet_is_not_dialled(address: str) -> None:
    """Addresses of no public machine, in each of their forms, are refused."""
    assert not is_public(address)


@pytest.mark.parametrize("text", ["", "localhost", "127.1", "0x7f.1", "2130706433", "8.8.8.8 "])
def test_what_is_no_address_is_not_dialled(text: str) -> None:
    """Whatever a resolver gives that is no plain address is refused."""
    assert not is_public(text)


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"],
)
def test_public_ones_are(address: str) -> None:
    """Addresses of public machines are let through, those next to a closed network too."""
    assert is_public(address)
