"""What librosa needs for one song: each of our descriptors that it has too, from one spectrum, with its defaults."""

from __future__ import annotations

import importlib
from io import BytesIO

from workers.audio.decode import RATE
from workers.audio.spectrum import COEFFICIENTS, HOP, MELS, WINDOW


def hear(file: bytes) -> int:
    """How many series librosa computes of a sound file: decoded, trimmed, described.

    It has no block-level patterns, no loudness by EBU R 128 and no danceability: those are left to us alone.
    """
    librosa = importlib.import_module("librosa")
    samples, _ = librosa.load(BytesIO(file), sr=RATE, mono=True)
    samples, _ = librosa.effects.trim(samples, top_db=45)
    complex_spectrum = librosa.stft(samples, n_fft=WINDOW, hop_length=HOP)
    magnitude = abs(complex_spectrum)
    power = magnitude**2
    mel_db = librosa.power_to_db(librosa.feature.melspectrogram(S=power, sr=RATE, n_mels=MELS))
    mfcc = librosa.feature.mfcc(S=mel_db, n_mfcc=COEFFICIENTS)
    feature = librosa.feature
    onsets = librosa.onset.onset_strength(S=mel_db, sr=RATE)
    tuning = librosa.estimate_tuning(S=magnitude, sr=RATE)
    held, struck = librosa.decompose.hpss(magnitude)
    series = [
        mfcc,
        feature.delta(mfcc),
        feature.spectral_centroid(S=magnitude),
        feature.spectral_bandwidth(S=magnitude),
        feature.spectral_rolloff(S=magnitude),
        feature.spectral_flatness(S=magnitude),
        feature.spectral_contrast(S=magnitude, sr=RATE),
        feature.chroma_stft(S=power, sr=RATE, tuning=tuning),
        feature.rms(S=magnitude),
        onsets,
        librosa.onset.onset_detect(onset_envelope=onsets, sr=RATE),
        feature.tempogram(onset_envelope=onsets, sr=RATE),
        feature.fourier_tempogram(onset_envelope=onsets, sr=RATE),
        feature.tempo(onset_envelope=onsets, sr=RATE),
        held,
        struck,
    ]
    return len(series)
