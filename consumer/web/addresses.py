"""Which addresses of the internet may be dialled: public ones of single machines. Pure.

By IANA's special-purpose registries, written out: what `ipaddress` calls global differs by the
release of Python.
"""

from ipaddress import IPv4Network, IPv6Network, ip_address

_CLOSED_V4 = [
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this machine
        "10.0.0.0/8",
        "100.64.0.0/10",  # behind a provider's NAT
        "127.0.0.0/8",
        "168.63.129.16/32",  # Azure's own, from within each of its machines
        "169.254.0.0/16",  # link-local, with the clouds' metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # relays of 6to4
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",
    )
]
_PUBLIC_V6 = IPv6Network("2000::/3")
"""All that is given out. Outside: ::1, mapped and compatible IPv4, NAT64, fc00, fe80, multicast."""
_CLOSED_V6 = [
    IPv6Network(network)
    for network in (
        "2001::/23",  # Teredo and other protocols', which hold IPv4 addresses
        "2001:db8::/32",
        "2002::/16",  # 6to4, which holds an IPv4 address
        "3fff::/20",
    )
]


def is_public(address: str) -> bool:
    """Whether an address, as a resolver names it, is one that anybody may dial."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if found.version == 4:
        return not any(found in network for network in _CLOSED_V4)
    inside = found in _PUBLIC_V6 and found.scope_id is None
    return inside and not any(found in network for network in _CLOSED_V6)
