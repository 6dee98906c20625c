"""Run by the Python of spotDL's own environment, never imported: downloads one song into the working folder.

Standard input holds ``{"title": …, "artists": […], "duration_s": …}``; the last line of standard output is
``{"path": …}`` or ``{"error": …}``. Spotify is not asked: spotDL 4 takes a song whose fields are all given
(https://github.com/spotDL/spotify-downloader, ``Song.from_missing_data``).
"""

import asyncio
import json
import sys


def main() -> None:
    from spotdl.download.downloader import Downloader
    from spotdl.types.song import Song

    wanted = json.load(sys.stdin)
    asyncio.set_event_loop(asyncio.new_event_loop())
    downloader = Downloader({
        "simple_tui": True, "lyrics_providers": [], "output": "{track-id}.{output-ext}", "format": "mp3", "threads": 1,
    })  # fmt: skip
    song = Song.from_missing_data(
        name=wanted["title"], artists=wanted["artists"], artist=wanted["artists"][0], duration=wanted["duration_s"],
        song_id="song", url="https://open.spotify.com/track/song", genres=[], disc_number=1, disc_count=1,
        track_number=1, tracks_count=1, album_name="", album_id="", album_artist=wanted["artists"][0], isrc=None,
        year=0, date="", explicit=False, publisher="", cover_url=None, copyright_text=None,
    )  # fmt: skip
    _, path = downloader.search_and_download(song)
    said = {"path": str(path)} if path else {"error": "; ".join(map(str, downloader.errors))[:500]}
    sys.stdout.write(f"\n{json.dumps(said)}\n")  # on a line of its own, whatever was said before


if __name__ == "__main__":
    main()
