"""What a reader tells of a list that it could not read whole: the same sentences for every service."""

from __future__ import annotations

from core.errors import ServiceTrouble
from core.said import Said, counted, said


def unavailable(count: int, service: str) -> Said:
    """Songs that the service names and does not let anybody hear."""
    return counted(
        "{count} song is not available on {service}.",
        "{count} songs are not available on {service}.",
        count=count,
        service=service,
    )


def no_song(count: int, service: str) -> Said:
    """Entries of a list that may hold more than songs."""
    return counted(
        "{count} entry is no song, or not available on {service}.",
        "{count} entries are no song, or not available on {service}.",
        count=count,
        service=service,
    )


def nameless(count: int, service: str) -> Said:
    """Songs without title or artist."""
    return counted(
        "{count} song has no name on {service}.",
        "{count} songs have no name on {service}.",
        count=count,
        service=service,
    )


def at_most(count: int) -> Said:
    """A list longer than we read."""
    return said("I read at most {count} songs.", count=count)


def stopped(service: str, trouble: ServiceTrouble) -> Said:
    """A page in the middle of a list that the service did not give."""
    return said("{service} stopped in the middle: {trouble}", service=service, trouble=trouble.said)


def circle(service: str) -> Said:
    """A page that was there before."""
    return said("{service}’s pages go round in a circle.", service=service)
