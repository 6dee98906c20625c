"""How gently a service is treated."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Manners:
    """How gently a service is treated.

    ``requests`` per ``per_s`` seconds go to one host; ``timeout_s`` is for one try, connecting to last byte, and
    ``total_s`` for all tries and the waits between them, without our own queue; a Retry-After of at most
    ``longest_wait_s`` is obeyed, a longer one ends the request, and ``wait_header`` is another header that says the
    same; ``max_bytes`` bounds JSON.
    """

    requests: int = 50
    per_s: float = 5
    tries: int = 3
    timeout_s: float = 10
    total_s: float = 90
    first_wait_s: float = 0.2
    longest_wait_s: float = 60
    wait_header: str = ""
    max_bytes: int = 8 * 2**20
