"""Every kind of file gives the tone that was put in; every damaged one gives sound or one of our errors."""

from __future__ import annotations

import struct
from io import BytesIO
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import NoSuchPath, NotAudio, TooBig, TooLong
from core.settings import Audio
from tests.workers.audio.signals import KINDS, dominant_hz, encode, noise, sine, write
from workers.audio.decode import RATE, SHORTEST_S, decode

LIMITS = Audio()
SHORT = Audio(max_minutes=1)


def tone(kind: str, seconds: float = 5, hz: float = 440, layout: str | None = None) -> bytes:
    # FFmpeg's Vorbis encoder knows only two channels.
    return encode(sine(hz, seconds, KINDS[kind][3]), kind, layout or ("stereo" if kind == "tone.ogg" else "mono"))


@pytest.mark.parametrize("kind", KINDS)
def test_round_trip(kind: str) -> None:
    sound = decode(tone(kind), kind, LIMITS)
    assert sound.rate == RATE
    assert sound.samples.dtype == np.float32
    assert sound.samples.ndim == 1
    assert sound.seconds == pytest.approx(5, abs=0.1)
    assert dominant_hz(sound.samples, sound.rate) == pytest.approx(440, abs=0.5)
    middle = sound.samples[RATE:-RATE]
    assert np.abs(middle).max() == pytest.approx(0.5, abs=0.03)


@pytest.mark.parametrize("layout", ["mono", "stereo", "5.1"])
def test_channels_are_averaged(layout: str) -> None:
    sound = decode(tone("tone.flac", layout=layout), "tone.flac", LIMITS)
    assert np.abs(sound.samples[RATE:-RATE]).max() == pytest.approx(0.5, abs=0.01)


def test_a_path_is_as_good_as_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a file.flac"
    path.write_bytes(tone("tone.flac"))
    assert np.array_equal(decode(path, "x", LIMITS).samples, decode(path.read_bytes(), "x", LIMITS).samples)


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NoSuchPath):
        decode(tmp_path / "none.mp3", "none.mp3", LIMITS)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_truncated(kind: str, share: float) -> None:
    data = tone(kind, seconds=10)
    try:
        sound = decode(data[: int(len(data) * share)], kind, LIMITS)
    except NotAudio:
        # MP4 keeps its index at the end: without it nothing can be found. A tenth of ten seconds is too little.
        assert share == 0.1 or kind == "tone.m4a"
    else:
        # FLAC at 4 kHz has blocks of more than a second, Opus and Ogg pages of one.
        assert sound.seconds == pytest.approx(10 * share, abs=1.5)
        assert dominant_hz(sound.samples, RATE) == pytest.approx(440, abs=1)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0",
        b"\0" * 100_000,
        b"This is a letter, not a song.\n" * 5_000,
        np.random.default_rng(3).bytes(300_000),
        b"RIFF\xff\xff\xff\xffWAVEfmt ",
        b"ID3\x04\0\0\0\0\0\0",
        b"OggS" * 1_000,
        b"fLaC" + b"\xff" * 1_000,
    ],
    ids=["empty", "one byte", "zeros", "text", "random", "half a header", "only a tag", "ogg", "flac"],
)
def test_no_sound_file(data: bytes) -> None:
    with pytest.raises(NotAudio, match=r"song\.mp3"):
        decode(data, "song.mp3", LIMITS)


@pytest.mark.parametrize("samples", [1, 100, round((SHORTEST_S - 0.1) * 44_100)])
def test_too_short(samples: int) -> None:
    with pytest.raises(NotAudio):
        decode(encode(sine(440, 4, 44_100)[:samples], "tone.wav"), "blip.wav", LIMITS)


@settings(deadline=None, max_examples=60)
@given(kind=st.sampled_from(sorted(KINDS)), seed=st.integers(0, 2**32 - 1), share=st.floats(0.0001, 0.2))
def test_flipped_bytes_give_sound_or_our_error(kind: str, seed: int, share: float) -> None:
    chance = np.random.default_rng(seed)
    data = np.frombuffer(_CLEAN[kind], np.uint8).copy()
    where = chance.integers(0, len(data), max(1, int(len(data) * share)))
    data[where] = chance.integers(0, 256, len(where))
    try:
        sound = decode(data.tobytes(), "flipped", SHORT)
    except (NotAudio, TooLong):
        return
    assert np.isfinite(sound.samples).all()
    assert np.abs(sound.samples).max() <= 1


_CLEAN = {kind: tone(kind, seconds=4) for kind in KINDS}


@pytest.mark.parametrize("broken", [np.nan, np.inf, -np.inf, 1e38])
def test_samples_that_are_no_numbers_are_silence(broken: float) -> None:
    samples = sine(440, 5, 44_100)
    samples[10_000:10_100] = broken
    sound = decode(encode(samples, "float.wav", "stereo"), "float.wav", LIMITS)
    assert np.isfinite(sound.samples).all()
    assert np.abs(sound.samples).max() <= 1
    assert dominant_hz(sound.samples, RATE) == pytest.approx(440, abs=1)


def test_too_big(tmp_path: Path) -> None:
    path = tmp_path / "sparse.wav"
    with path.open("wb") as file:
        file.truncate(2 * 2**20 + 1)
    with pytest.raises(TooBig, match="2 MiB"):
        decode(path, "sparse.wav", Audio(max_mb=2))
    with pytest.raises(TooBig):
        decode(bytes(2**20 + 1), "zeros.wav", Audio(max_mb=1))


@pytest.mark.parametrize("kind", ["tone.flac", "8khz.wav", "tone.m4a", "tone.webm"])
def test_too_long_is_said_by_the_header(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data = encode(np.zeros(90 * KINDS[kind][3], np.float32), kind)
    monkeypatch.setattr("workers.audio.decode._collect", lambda *_: pytest.fail("decoded"))
    with pytest.raises(TooLong, match="1 minute"):
        decode(data, "long", SHORT)


def test_three_hours_of_silence() -> None:
    with pytest.raises(TooLong, match="30 minutes"):
        decode(encode(np.zeros(3 * 3600 * 4_000, np.float32), "4khz.flac"), "3h.flac", LIMITS)


@pytest.mark.parametrize("kind", ["tone.mp3", "tone.ogg"])
def test_decoding_stops_at_the_limit_when_no_header_says_it(kind: str) -> None:
    data = tone(kind, seconds=90)
    unsaid = data[: len(data) * 9 // 10]  # Ogg's length is in its last page
    with pytest.raises(TooLong):
        decode(unsaid, kind, SHORT)


def test_a_header_that_claims_more_than_there_is() -> None:
    data = bytearray(tone("tone.wav"))
    at = data.index(b"data") + 4
    data[at : at + 4] = struct.pack("<I", 3 * 3600 * 44_100 * 2)
    assert decode(bytes(data), "claims 3 h.wav", LIMITS).seconds == pytest.approx(5)


def _with_picture(container_format: str, codec: str, *, cover: bool) -> bytes:
    """A tone with a picture beside it: a cover, or the moving picture of a film."""
    file = BytesIO()
    with av.open(file, "w", format=container_format) as container:
        sound = container.add_stream(codec, rate=44_100, layout="mono")
        picture = container.add_stream("mjpeg" if cover else "mpeg4", rate=25)
        picture.width = picture.height = 64
        picture.pix_fmt = "yuvj420p" if cover else "yuv420p"
        if cover:
            picture.disposition = av.stream.Disposition.attached_pic
        for index in range(1 if cover else 50):
            frame = av.VideoFrame.from_ndarray(np.full((64, 64, 3), 5 * index, np.uint8), format="rgb24")
            container.mux(picture.encode(frame))
        container.mux(picture.encode(None))
        write(container, sound, sine(440, 5, 44_100), 44_100, "mono")
    return file.getvalue()


def test_a_cover_is_no_film() -> None:
    data = _with_picture("mp3", "libmp3lame", cover=True)
    with av.open(BytesIO(data)) as container:
        assert len(container.streams.video) == 1
    assert decode(data, "cover.mp3", LIMITS).seconds == pytest.approx(5, abs=0.1)


def test_a_film_is_refused() -> None:
    with pytest.raises(NotAudio):
        decode(_with_picture("mp4", "aac", cover=False), "film.mp4", LIMITS)


@pytest.mark.parametrize("dressed_up", ["m3u8", "ffconcat", "sdp"])
def test_a_playlist_opens_no_other_file(dressed_up: str, tmp_path: Path) -> None:
    victim = tmp_path / "victim.wav"
    victim.write_bytes(tone("tone.wav"))
    text = {
        "m3u8": f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile://{victim}\n#EXT-X-ENDLIST\n",
        "ffconcat": f"ffconcat version 1.0\nfile {victim}\n",
        "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
    }[dressed_up]
    path = tmp_path / f"song.{dressed_up}"
    path.write_text(text)
    for data in (path, path.read_bytes()):
        with pytest.raises(NotAudio):
            decode(data, path.name, LIMITS)


def test_ffmpeg_is_silent(capfd: pytest.CaptureFixture[str]) -> None:
    data = bytearray(encode(noise(5, 44_100), "tone.mp3"))
    data[5_000:9_000] = bytes(4_000)
    decode(bytes(data), "broken.mp3", LIMITS)
    assert capfd.readouterr() == ("", "")
