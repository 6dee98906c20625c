"""What others do, to be measured beside our own models: songs → the distance of every song to every other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from core.model import Vector
from workers.audio.decode import Sound
from workers.evaluate.peers.cepstra import cosine_mfcc, mfcc_stats
from workers.evaluate.peers.gaussians import musly
from workers.evaluate.peers.libraries import bliss, essentia, librosa
from workers.evaluate.peers.warping import dtw_mfcc


@dataclass(frozen=True, slots=True)
class Peer:
    """``distances`` makes (N, N) float32 of N > 1 sounds; ``needs`` is the package it imports, "" for none."""

    name: str
    distances: Callable[[Sequence[Sound]], Vector]
    needs: str = ""


PEERS: dict[str, Peer] = {
    peer.name: peer
    for peer in (
        Peer("cosine-mfcc", cosine_mfcc),
        Peer("dtw-mfcc", dtw_mfcc),
        Peer("mfcc-stats", mfcc_stats),
        Peer("musly", musly),
        Peer("bliss", bliss, "bliss_audio"),
        Peer("librosa", librosa, "librosa"),
        Peer("essentia", essentia, "essentia"),
    )
}


def available() -> list[Peer]:
    """The peers whose packages are installed; none is imported."""
    return [peer for peer in PEERS.values() if not peer.needs or find_spec(peer.needs)]
