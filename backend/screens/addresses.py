"""How often one client address may begin something, as this process remembers it.

Several processes remember each for themselves: with N of them an address has up to N times as much. It bounds what
one careless or hostile device can fill; what protects the database is the limit that is counted there.
"""

import ipaddress
import math
from collections import OrderedDict, deque
from datetime import datetime, timedelta

_REMEMBERED = 10_000
_NETWORK_BITS = 64  # of IPv6: one customer has at least so many addresses


class AddressLimit:
    """So many beginnings of one address within a time."""

    def __init__(self, most: int, within: timedelta) -> None:
        self._most = most
        self._within = within
        self._seen: OrderedDict[str, deque[datetime]] = OrderedDict()

    def wait_seconds(self, address: str, now: datetime) -> int:
        """Count one more beginning and return 0, or return in how many seconds there may be another."""
        whose = _whose(address)
        times = self._seen.setdefault(whose, deque())
        self._seen.move_to_end(whose)
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        while times and times[0] <= now - self._within:
            times.popleft()
        if len(times) >= self._most:
            return max(1, math.ceil((times[0] + self._within - now).total_seconds()))
        times.append(now)
        return 0


def _whose(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped  # as a server sees IPv4 that listens to both at once
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    return str(ipaddress.ip_network((parsed, _NETWORK_BITS), strict=False))
