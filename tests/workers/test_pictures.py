"""Pictures of signals whose look is known, and of a real song."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from core.errors import BadInput, NoSuchPath, UnknownChoice
from core.settings import Audio
from tests.workers.audio.signals import RATE, Samples, chord, noise, sine
from workers.audio.decode import Sound, decode
from workers.audio.trim import trim
from workers.pictures import PICTURES, WIDTH, Shown, alt_text, draw
from workers.pictures.shown import COLUMNS, LONGEST_S, kept

EXCERPTS = Path(__file__).resolve().parents[2].parent / "shared" / "audio" / "excerpts"
NAMES = tuple(PICTURES)
OF_TIME = {
    "waveform": ("amplitude", ""),
    "trimmed": ("amplitude", ""),
    "spectrogram": ("frequency (Hz)", "dB from the loudest"),
    "log-spectrogram": ("frequency (Hz)", "dB from the loudest"),
    "mel": ("frequency (Hz, mel scale)", "dB from the loudest"),
    "mfcc": ("coefficient", "standard deviations"),
    "chroma": ("pitch class", "strength"),
    "self-similarity": ("seconds", "likeness (1: the same)"),
}


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), np.float32)


def shown(*parts: Samples) -> Shown:
    whole = Sound(np.concatenate(parts), RATE)
    return Shown.of(whole, trim(whole, "song"))


@cache
def tone() -> Shown:
    """440 Hz from 1 to 7 seconds of 9."""
    return shown(silence(1), sine(440, 6), silence(2))


@cache
def verses() -> Shown:
    """A, B, A, B, five seconds each: two chords in two timbres."""
    a, b = chord((220, 277.18, 329.63), 5), chord((392, 493.88, 587.33), 5) + noise(5, level=0.02)
    return shown(a, b, a, b)


def painted(song: Shown, name: str) -> Axes:
    axes = Figure().subplots()
    PICTURES[name](axes, song)
    return axes


def cells(axes: Axes) -> Samples:
    return np.asarray(axes.images[0].get_array(), np.float32)


def loudest_row(axes: Axes) -> int:
    return int(cells(axes).mean(axis=1).argmax())


def row_called(axes: Axes, label: str) -> float:
    """Where the vertical axis has this tick."""
    labels = [text.get_text() for text in axes.get_yticklabels()]
    return float(axes.get_yticks()[labels.index(label)])


@pytest.mark.parametrize("name", NAMES)
def test_what_the_axes_say(name: str) -> None:
    axes = painted(tone(), name)
    vertical, colours = OF_TIME[name]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("seconds", vertical)
    assert axes.get_title(loc="left")
    bars = [child for child in axes.child_axes if child.get_ylabel()]
    assert [bar.get_ylabel() for bar in bars] == ([colours] if colours else [])
    # The wave is of the whole file, all else of what is listened to, at its place in the file.
    start, end = (0, 9) if name in ("waveform", "trimmed") else (1, 7)
    assert axes.get_xlim() == pytest.approx((start, end), abs=0.05)


def test_a_tone_in_the_spectrogram() -> None:
    axes = painted(shown(sine(3000, 5)), "spectrogram")
    rows = len(cells(axes))
    assert (loudest_row(axes) + 0.5) * axes.get_ylim()[1] / rows == pytest.approx(3000, abs=RATE / 2048)
    assert row_called(axes, "4 k") == 4000


@pytest.mark.parametrize("hz", [110, 440, 466.16, 4186])
def test_a_tone_among_the_octaves(hz: float) -> None:
    axes = painted(shown(sine(hz, 5)), "log-spectrogram")
    # From the ticks alone: octaves are equally high.
    octave = row_called(axes, "200") - row_called(axes, "100")
    assert loudest_row(axes) == pytest.approx(row_called(axes, "100") + octave * np.log2(hz / 100), abs=1)


def test_a_tone_is_about_as_loud_at_any_pitch() -> None:
    song = shown(sine(220, 5) + sine(7040, 5))
    level = song.pitches_db.mean(axis=1)
    low, high = (int(np.abs(song.pitches - hz).argmin()) for hz in (220, 7040))
    # Where bins are wider than a quarter tone, not all of a tone lies within one.
    assert level[low] == pytest.approx(level[high], abs=4)


@pytest.mark.parametrize(("hz", "label"), [(500, "500"), (1000, "1 k"), (5000, "5 k")])
def test_a_tone_among_the_mel_bands(hz: float, label: str) -> None:
    axes = painted(shown(sine(hz, 5)), "mel")
    assert loudest_row(axes) == pytest.approx(row_called(axes, label), abs=0.6)


@pytest.mark.parametrize(("hz", "note"), [(440, "A"), (261.63, "C"), (369.99, "F♯"), (1975.5, "B")])
def test_a_tone_is_a_pitch_class(hz: float, note: str) -> None:
    axes = painted(shown(sine(hz, 5)), "chroma")
    assert loudest_row(axes) == row_called(axes, note)


def test_the_chroma_is_dark_in_pauses() -> None:
    song = shown(sine(440, 4), noise(4, level=1e-5), sine(440, 4))
    middle = song.chroma[:, song.chroma.shape[1] // 2]
    assert middle.max() == 0 and song.chroma[9].max() > 0.9


def test_the_cepstrum_turns_where_the_timbre_does() -> None:
    axes = painted(shown(sine(440, 5), noise(5)), "mfcc")
    drawn = cells(axes)
    assert len(drawn) == 19 and row_called(axes, "1") == 0
    half = drawn.shape[1] // 2
    before, after = drawn[:, : half - 5].mean(axis=1), drawn[:, half + 5 :].mean(axis=1)
    assert (np.sign(before) == -np.sign(after)).all()
    # The two are as far apart as any two can be: one standard deviation to both sides.
    assert np.abs(before[0]) == pytest.approx(1, abs=0.1)


def test_verses_are_like_verses() -> None:
    song = verses()

    def likeness(one: float, other: float) -> float:
        row, column = (round(at / 20 * len(song.alike)) for at in (one, other))
        return float(song.alike[row, column])

    assert likeness(2.5, 12.5) > 0.9 and likeness(7.5, 17.5) > 0.9
    assert likeness(2.5, 7.5) < 0.3 and likeness(12.5, 17.5) < 0.3
    assert np.allclose(np.diagonal(song.alike), 1) and np.allclose(song.alike, song.alike.T, atol=1e-6)
    axes = painted(song, "self-similarity")
    assert axes.get_aspect() == 1 and axes.get_xlim() == axes.get_ylim() == pytest.approx((0, 20), abs=0.05)


def test_a_steady_tone_is_like_itself_all_the_time() -> None:
    assert tone().alike[10:-10, 10:-10].min() > 0.9


@given(before=st.floats(0, 3), after=st.floats(0, 3), gain=st.floats(0.01, 1))
def test_where_the_silence_was_cut(before: float, after: float, gain: float) -> None:
    whole = Sound(np.float32(gain) * np.concatenate([silence(before), noise(1), silence(after)]), RATE)
    heard = trim(whole, "song")
    start, end = kept(whole, heard)
    assert np.array_equal(whole.samples[start:end], heard.samples)


def test_the_silence_is_shaded() -> None:
    axes = painted(tone(), "trimmed")
    spans = [patch.get_extents().transformed(axes.transData.inverted()).intervalx for patch in axes.patches]
    assert np.allclose(spans, [(0, 1), (7, 9)], atol=0.03)
    assert not painted(shown(noise(4)), "trimmed").patches


def test_the_wave_keeps_its_peaks() -> None:
    quiet = noise(60, level=0.01)
    quiet[30 * RATE] = 0.9
    wave = shown(quiet).wave
    assert len(wave.times) == COLUMNS
    assert wave.times[wave.high.argmax()] == pytest.approx(30, abs=0.05)
    assert wave.high.max() == np.float32(0.9) and wave.low.min() == quiet.min()
    assert np.median(wave.rms) == pytest.approx(0.01, rel=0.05)


def test_only_the_middle_of_a_long_song_is_drawn() -> None:
    long = np.concatenate([silence(4), noise(148, level=0.01)])
    long[80 * RATE : 81 * RATE] += sine(440, 1)
    song = shown(long)
    assert song.part == pytest.approx((18, 138), abs=0.05)
    assert song.part[1] - song.part[0] == pytest.approx(LONGEST_S)
    row = int(np.abs(song.pitches - 440).argmin())
    assert song.part[0] + song.pitches_db[row].argmax() * song.step == pytest.approx(80.5, abs=0.7)
    for name in NAMES[2:]:
        axes = painted(song, name)
        assert axes.get_title(loc="right") == "the middle 120 of 148 seconds"
        assert cells(axes).shape[1] <= COLUMNS
    assert tone().note == ""


@pytest.mark.parametrize("size", [1, 2048])
def test_even_the_shortest_sound_can_be_drawn(size: int) -> None:
    sound = Sound(noise(2)[:size], RATE)
    song = Shown.of(sound, sound)
    draw(song, BytesIO())
    assert all(alt_text(song, name).endswith(".") for name in NAMES)


def test_silence_is_no_error() -> None:
    sound = Sound(silence(3), RATE)
    song = Shown.of(sound, sound)
    draw(song, BytesIO())
    assert all(alt_text(song, name).endswith(".") for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_of_one_picture(tmp_path: Path, name: str) -> None:
    draw(tone(), tmp_path / "a.png", [name])
    with Image.open(tmp_path / "a.png") as image:
        assert (image.format, image.width) == ("PNG", WIDTH)
        assert image.height == {"waveform": 280, "trimmed": 280, "self-similarity": 860}.get(name, 360)
        assert len(image.convert("RGB").resize((300, 90)).getcolors(30_000) or ()) > 20


def test_pictures_lie_under_each_other() -> None:
    def height(*names: str, title: str = "") -> int:
        file = BytesIO()
        draw(tone(), file, names, title=title)
        with Image.open(file) as image:
            return image.height

    assert height("chroma", "waveform") == height("chroma") + height("waveform")
    assert height("mel", title="Song") > height("mel") == height("mel", title=" \n ")
    assert height() == sum(height(name) for name in NAMES)


@pytest.mark.parametrize(
    ("name", "head"), [("a.PNG", b"\x89PNG"), ("a.jpg", b"\xff\xd8"), ("a.svg", b"<?xml"), ("a.pdf", b"%PDF")]
)
def test_the_suffix_says_the_format(tmp_path: Path, name: str, head: bytes) -> None:
    draw(tone(), tmp_path / name, ["mel", "trimmed"], title="Ä – $ 東京 🎵")
    assert (tmp_path / name).read_bytes().startswith(head)


@pytest.mark.parametrize(
    "title",
    [
        "$\\frac{$ and $5",
        "$\\frac{$",
        "a_b^c $x_1$ %& \\alpha",
        "two\nlines\r\n\x00\x1b[0m",
        "東京 서울 🎵 \u202eright to left\u202c",
        "\ud800 alone",
        "W" * 500,
        "□" * 101,
    ],
)
def test_odd_titles(title: str) -> None:
    file = BytesIO()
    draw(tone(), file, ["waveform"], title=title)
    with Image.open(file) as image:
        assert image.size == (WIDTH, 330)
        pixels = np.asarray(image.convert("L"))
    # Something is written above the picture, and neither end of it is cut off.
    assert pixels[5:40].min() < 100
    assert pixels[5:40, :10].min() == pixels[5:40, -10:].min() == 255


@settings(max_examples=15)
@given(title=st.text(max_size=40))
def test_any_title(title: str) -> None:
    draw(tone(), BytesIO(), ["waveform"], title=title)


def test_pictures_that_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(UnknownChoice, match=r"no picture called “cover”\. Choose one of: waveform, trimmed"):
        draw(tone(), tmp_path / "a.png", ["mel", "cover"])
    with pytest.raises(UnknownChoice, match="no picture called “cover”"):
        alt_text(tone(), "cover")
    with pytest.raises(BadInput, match=r"“a\.txt” is not a picture"):
        draw(tone(), tmp_path / "a.txt")
    with pytest.raises(BadInput, match="“a” is not a picture"):
        draw(tone(), tmp_path / "a")
    with pytest.raises(NoSuchPath):
        draw(tone(), tmp_path / "nowhere" / "a.png")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("waveform", "Waveform of 9.0 seconds of sound, with a peak of −6.0 dBFS, loudest at 0:0"),
        ("trimmed", "shaded where silence is trimmed: 1.0 seconds at the start and 2.0 seconds at the end."),
        ("spectrogram", "half of the energy lies below 441 Hz"),
        ("log-spectrogram", "the loudest pitch is near A4, at 440 Hz."),
        ("mel", "the low third of the bands is the loudest"),
        ("mfcc", "Mel-frequency cepstral coefficients 1 to 19 of 6.0 seconds of sound"),
        ("chroma", "the strongest pitch classes are A, "),
    ],
)
def test_what_is_told_of_a_tone(name: str, sentence: str) -> None:
    assert sentence in alt_text(tone(), name)


def test_what_is_told_of_verses() -> None:
    assert "moments 10 seconds apart are the most alike" in alt_text(verses(), "self-similarity")
    assert "no silence to trim" in alt_text(verses(), "trimmed")
    assert alt_text(shown(sine(440, 5), noise(5)), "mfcc").endswith("changes most at 0:05.")
    assert "the middle 2 min of sound" in alt_text(shown(noise(130)), "chroma")


def test_a_real_song(tmp_path: Path) -> None:
    files = sorted(EXCERPTS.glob("*.opus"))
    if not files:
        pytest.skip("needs the development set")
    whole = decode(files[0], files[0].name, Audio())
    song = Shown.of(whole, trim(whole, files[0].name))
    draw(song, tmp_path / "song.png", title=files[0].name)
    with Image.open(tmp_path / "song.png") as image:
        assert image.size == (WIDTH, 3270)
    for name in NAMES:
        sentence = alt_text(song, name)
        assert "30.0 seconds" in sentence and sentence.endswith(".") and "nan" not in sentence
