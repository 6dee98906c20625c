"""What comes after the picks: the songs that each model of a slate expects to be liked best."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.store.shortlists import Shortlist
from workers.choosing import Selection
from workers.snapshot import Snapshot

#: Ten pages of the page that shows them.
LENGTH = 500


def shortlists(made: Selection, field: Snapshot) -> Sequence[Shortlist]:
    """One a model, at most LENGTH songs each, the picks left out."""
    rest = made.eligible.copy()
    rest[[choice.row for choice in made.choices]] = False
    rows = np.flatnonzero(rest)
    found = []
    for proposal in made.proposals:
        expected = proposal.learned.expected[rows]
        best = np.argpartition(-expected, LENGTH - 1)[:LENGTH] if len(rows) > LENGTH else np.arange(len(rows))
        best = rows[best[np.lexsort((rows[best], -expected[best]))]]
        found.append(Shortlist(proposal.model.name, field.track_ids[best], proposal.fit[best]))
    return found
