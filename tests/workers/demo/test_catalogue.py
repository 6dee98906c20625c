"""What the demo catalogue promises: who plays what, who is held out, and the files it writes."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import av
import mutagen
import numpy as np
import pytest

from workers.demo import cast, catalogue
from workers.demo.catalogue import Song, candidates, path_of, render, sample_playlist, songs
from workers.demo.styles import STYLES
from workers.demo.theory import KEYS, MODES


def test_there_are_enough_songs_artists_and_styles() -> None:
    assert 190 <= len(songs()) <= 220
    assert len({song.track.artist for song in songs()}) >= 60
    assert len({song.style for song in songs()}) >= 8


def test_no_two_artists_share_a_name() -> None:
    played = {(song.track.artist.casefold(), song.style) for song in songs()}
    assert len({name for name, _ in played}) == len(played) == sum(len(names) for names in cast._NAMES.values())


def test_no_title_and_no_id_appears_twice() -> None:
    assert max(Counter(song.track.title for song in songs()).values()) == 1
    assert max(Counter(song.track.source_id for song in songs()).values()) == 1


def test_every_song_is_labelled_as_generated() -> None:
    assert all(song.track.generated and song.track.source == "demo" for song in songs())
    assert [song.track.source_id for song in songs()] == [f"demo:{number:03d}" for number in range(len(songs()))]


def test_the_ground_truth_lies_within_the_style() -> None:
    styles = {style.name: style for style in STYLES}
    for song in songs():
        low, high = styles[song.style].tempo
        assert low <= song.tempo <= high
        assert song.key in KEYS
        assert song.mode in MODES
        assert song.mode in styles[song.style].modes
        assert song.track.duration_s is not None
        assert 12 <= song.track.duration_s <= 16


def test_artists_of_one_style_differ() -> None:
    manners = {song.track.artist: song.manner for song in songs()}
    assert len(set(manners.values())) == len(manners)


def test_the_sample_playlist_shares_no_artist_with_the_candidates() -> None:
    held_out, offered = sample_playlist(), candidates()
    assert len(held_out) == 12
    assert 2 <= len({song.style for song in held_out}) <= 3
    assert {song.track.artist for song in held_out}.isdisjoint(song.track.artist for song in offered)
    assert set(held_out) | set(offered) == set(songs())


def test_every_style_of_the_sample_playlist_has_songs_to_offer() -> None:
    offered = Counter(song.style for song in candidates())
    assert all(offered[song.style] >= 10 for song in sample_playlist())


def test_render_writes_a_tagged_mp3_of_the_stated_length(tmp_path: Path) -> None:
    song = songs()[40]
    path = path_of(song, tmp_path / "new folder")
    render(song, path)
    tags = mutagen.File(path, easy=True)
    assert tags["title"] == [song.track.title]
    assert tags["artist"] == [song.track.artist]
    assert tags["album"] == [song.track.album]
    with av.open(str(path)) as file:
        heard = sum(frame.samples for frame in file.decode(audio=0)) / file.streams.audio[0].rate
        assert file.streams.audio[0].codec_context.name.startswith("mp3")
    # An mp3 has whole frames of 1152 samples, and a few of padding.
    assert heard == pytest.approx(song.track.duration_s, abs=0.15)
    assert [found.name for found in path.parent.iterdir()] == [path.name]


def test_render_leaves_an_existing_file_alone(tmp_path: Path) -> None:
    path = path_of(songs()[0], tmp_path)
    path.write_bytes(b"already here")
    render(songs()[0], path)
    assert path.read_bytes() == b"already here"


def test_an_interrupted_render_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_samples: object, _rate: int, _track: object, path: Path) -> None:
        path.write_bytes(b"half a song")
        raise KeyboardInterrupt

    monkeypatch.setattr(catalogue, "write_mp3", interrupted)
    with pytest.raises(KeyboardInterrupt):
        render(songs()[0], path_of(songs()[0], tmp_path))
    assert list(tmp_path.iterdir()) == []


def _bytes_of(song: Song) -> bytes:
    return catalogue.samples(song).tobytes()


def test_another_process_makes_the_same_samples_bit_for_bit() -> None:
    chosen = [songs()[0], songs()[30], songs()[200]]
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert list(pool.map(_bytes_of, chosen)) == [_bytes_of(song) for song in chosen]


def test_two_songs_of_one_artist_are_not_the_same() -> None:
    first, second = (catalogue.samples(song) for song in songs()[:2])
    length = min(len(first), len(second))
    assert abs(np.corrcoef(first[:length], second[:length])[0, 1]) < 0.5
