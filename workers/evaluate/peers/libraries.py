"""Well-known libraries for songs' features, each used as its documentation shows, where it is installed."""

from __future__ import annotations

import re
import wave
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from scipy.spatial.distance import cdist

from core.model import Vector
from workers.audio.decode import Sound
from workers.evaluate.peers.vectors import cosine, standardised

#: Some of them refuse what is shorter, or end the whole process.
_SHORTEST_S = 3

_WINDOW = 2048
_HOP = 512

_STATISTICS = ["mean", "stdev"]
_SINGLE_BANDS = re.compile(r"lowlevel\.(bark|erb|mel)bands(128)?\.")


@contextmanager
def _as_file(sound: Sound) -> Iterator[str]:
    """The path of a 16-bit WAV file that is there as long as the context lasts; what is too short is repeated."""
    samples = np.resize(sound.samples, max(len(sound.samples), _SHORTEST_S * sound.rate))
    with TemporaryDirectory() as folder:
        path = str(Path(folder) / "song.wav")
        with wave.open(path, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(sound.rate)
            file.writeframes((samples * 32767).astype("<i2").tobytes())
        yield path


def bliss(sounds: Sequence[Sound]) -> Vector:
    """bliss-audio's 23 features, standardised, Euclidean (https://github.com/Polochon-street/bliss-rs)."""
    bliss_audio = import_module("bliss_audio")

    def features(sound: Sound) -> Vector:
        with _as_file(sound) as path:
            return np.array(bliss_audio.Song(path).analysis, np.float32)

    table = standardised([features(sound) for sound in sounds])
    distances: Vector = cdist(table, table).astype(np.float32)
    return distances


def librosa(sounds: Sequence[Sound]) -> Vector:
    """Mean and spread of librosa's usual descriptors and its tempo, standardised; cosine (McFee et al. 2015)."""
    library = import_module("librosa")
    return cosine(standardised([_librosa_features(library, sound) for sound in sounds]))


def _librosa_features(library: Any, sound: Sound) -> Vector:
    samples = np.pad(sound.samples, (0, max(0, _WINDOW * 4 - len(sound.samples))))
    feature, rate = library.feature, sound.rate
    magnitude = np.abs(library.stft(samples, n_fft=_WINDOW, hop_length=_HOP))
    mel_db = library.power_to_db(feature.melspectrogram(S=magnitude**2, sr=rate))
    cepstra = feature.mfcc(S=mel_db, n_mfcc=20)
    series = np.concatenate(
        [
            cepstra,
            feature.delta(cepstra),
            feature.spectral_centroid(S=magnitude, sr=rate),
            feature.spectral_bandwidth(S=magnitude, sr=rate),
            feature.spectral_rolloff(S=magnitude, sr=rate),
            feature.spectral_contrast(S=magnitude, sr=rate),
            feature.spectral_flatness(S=magnitude),
            feature.chroma_stft(S=magnitude**2, sr=rate, tuning=0.0),
            feature.rms(S=magnitude, frame_length=_WINDOW),
            feature.zero_crossing_rate(samples, frame_length=_WINDOW, hop_length=_HOP),
        ]
    )
    onsets = library.onset.onset_strength(S=mel_db, sr=rate, hop_length=_HOP)
    tempo = feature.tempo(onset_envelope=onsets, sr=rate, hop_length=_HOP)
    return np.concatenate([series.mean(axis=1), series.std(axis=1), tempo]).astype(np.float32)


def essentia(sounds: Sequence[Sound]) -> Vector:
    """Essentia's MusicExtractor: means and spreads of its low-level descriptors and of its pitch class profile.

    Standardised; cosine (Bogdanov et al. 2013). The energies of single bands are left out: they are so many that
    nothing else would count. About two seconds per song.
    """
    library = import_module("essentia")
    library.log.infoActive = library.log.warningActive = False
    kinds = ("lowlevelStats", "mfccStats", "gfccStats", "tonalStats")
    extract = import_module("essentia.standard").MusicExtractor(**dict.fromkeys(kinds, _STATISTICS))
    return cosine(standardised([_essentia_features(extract, sound) for sound in sounds]))


def _essentia_features(extract: Any, sound: Sound) -> Vector:
    with _as_file(sound) as path:
        pool, _ = extract(path)
    wanted = [
        name
        for name in sorted(pool.descriptorNames())
        if name.startswith(("lowlevel.", "tonal.hpcp"))
        and name.endswith((".mean", ".stdev"))
        and not _SINGLE_BANDS.match(name)
    ]
    return np.concatenate([np.ravel(pool[name]) for name in wanted]).astype(np.float32)
