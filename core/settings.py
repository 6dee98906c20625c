"""Every knob of YASR, typed, read once from the environment (prefix ``YASR_``, nesting ``__``)."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

#: Audiences on one scale. No service publishes how its counts are distributed, so these are our own estimates; `yasr
#: catalogue stats` shows what an installation measured, to put in their place.
SCALES: dict[str, tuple[int, int, int]] = {
    "fans on Deezer": (1_000, 20_000, 200_000),
    "followers on Audius": (300, 1_500, 10_000),
    "listeners on Last.fm": (2_000, 30_000, 300_000),
    "listeners on ListenBrainz": (20, 300, 3_000),
    "monthly listeners on YouTube Music": (2_000, 30_000, 300_000),
}


class _Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Web(_Group):
    enabled: bool = Field(True, description="serve the chat page")
    host: str = Field("127.0.0.1", description="address the page listens on")
    port: int = Field(8787, ge=0, le=65535, description="port of the page; 0 lets the system choose")
    max_upload_mb: int = Field(64, gt=0, description="largest upload in MiB")
    public_url: str = Field(
        "",
        pattern=r"^(https?://[^\s/?#@]+)?/?$",
        description="where people reach the page, behind a proxy: chats then link to it",
    )

    @property
    def address(self) -> str:
        """Where the page is reached by its own browser at least, without a slash at the end."""
        return self.public_url.rstrip("/") or f"http://127.0.0.1:{self.port}"


class Deezer(_Group):
    base_url: str = Field("https://api.deezer.com", description="Deezer's API, a proxy or a test server")
    enabled: bool = Field(True, description="read Deezer links, find sound there and harvest it")


class ListenBrainz(_Group):
    base_url: str = Field("https://api.listenbrainz.org", description="ListenBrainz's API, a proxy or a test server")
    enabled: bool = Field(True, description="read ListenBrainz links and harvest its fresh releases")
    token: SecretStr = Field(SecretStr(""), description="a user token; raises ListenBrainz's limits")


class MusicBrainz(_Group):
    base_url: str = Field("https://musicbrainz.org", description="MusicBrainz, a mirror or a test server")
    enabled: bool = Field(True, description="harvest MusicBrainz's releases, and ask it when an artist began")
    contact: str = Field(
        "", pattern=r"^[\x21-\x7e]*$", description="an e-mail or web address of yours; MusicBrainz asks for one"
    )


class LastFm(_Group):
    base_url: str = Field("https://ws.audioscrobbler.com", description="Last.fm's API, a proxy or a test server")
    key: SecretStr = Field(SecretStr(""), description="an API key; without one Last.fm is off")


class Audius(_Group):
    base_url: str = Field("https://api.audius.co", description="Audius's API, a proxy or a test server")
    enabled: bool = Field(True, description="read Audius links, find sound there and harvest its underground")
    app_name: str = Field("yasr", description="the name Audius knows this installation by")


class Jamendo(_Group):
    base_url: str = Field("https://api.jamendo.com", description="Jamendo's API, a proxy or a test server")
    client_id: str = Field("", description="a client id; without one Jamendo is off")


class Itunes(_Group):
    base_url: str = Field("https://itunes.apple.com", description="Apple's iTunes lookup, a proxy or a test server")
    enabled: bool = Field(True, description="read Apple Music links of albums and songs")


class Tidal(_Group):
    base_url: str = Field("https://openapi.tidal.com", description="Tidal's API, a proxy or a test server")
    auth_url: str = Field("https://auth.tidal.com", description="where Tidal gives out tokens")
    client_id: str = Field("", description="a Tidal app's id; without one Tidal is off")
    client_secret: SecretStr = Field(SecretStr(""), description="that app's secret")


class Spotify(_Group):
    base_url: str = Field("https://api.spotify.com/v1", description="Spotify's API, a proxy or a test server")
    auth_url: str = Field("https://accounts.spotify.com", description="where Spotify gives out tokens")
    page_url: str = Field("https://open.spotify.com", description="where Spotify tells the title of a link (oEmbed)")
    client_id: str = Field(
        "", description="a client id; without one Spotify links are answered with what works instead"
    )
    client_secret: SecretStr = Field(SecretStr(""), description="that client's secret")
    features: bool = Field(
        False, description="ask for Spotify's audio features; only client ids from before November 2024 may"
    )


class Youtube(_Group):
    base_url: str = Field("https://music.youtube.com", description="YouTube Music, a proxy or a test server")
    enabled: bool = Field(True, description="read YouTube Music links, by an unofficial library")


class ReccoBeats(_Group):
    base_url: str = Field("https://api.reccobeats.com", description="ReccoBeats's API, a proxy or a test server")
    enabled: bool = Field(False, description="ask ReccoBeats for the audio features of songs with a Spotify id")


class Odesli(_Group):
    base_url: str = Field("https://api.song.link", description="Odesli's API, a proxy or a test server")
    enabled: bool = Field(True, description="look up where else a pick can be heard, when a listener asks")


class Lrclib(_Group):
    base_url: str = Field("https://lrclib.net", description="LRCLIB, a mirror or a test server")
    enabled: bool = Field(False, description="ask LRCLIB for the words of songs; only counts of them are kept")


class Spotdl(_Group):
    python: str = Field("", description="the Python of an environment with spotDL; empty: off. Only with the right to")
    timeout_s: float = Field(180, gt=0, description="time one song may take before its download is killed")


class Discord(_Group):
    token: SecretStr = Field(SecretStr(""), description="the bot's token; without one the Discord front end is off")
    api_base: str = Field("https://discord.com/api/v10", description="Discord's API, a proxy or a test server")
    gateway: str = Field("wss://gateway.discord.gg/", description="Discord's gateway, or a test server's")
    message_content: bool = Field(
        False, description="the message content intent is granted: links shared in channels can be answered"
    )
    embeds: bool = Field(False, description="draw picks as plain embeds in place of components")
    shards: int = Field(0, ge=0, description="number of shards; 0 lets Discord decide")


class Telegram(_Group):
    token: SecretStr = Field(SecretStr(""), description="the bot's token; without one the Telegram front end is off")
    api_base: str = Field(
        "https://api.telegram.org/bot", description="the Bot API, a local server's or a test server's"
    )
    file_base: str = Field("https://api.telegram.org/file/bot", description="where files that people send are")
    webhook: str = Field(
        "", description="public https address at which Telegram reaches the bot; without one the bot asks for news"
    )
    webhook_host: str = Field("127.0.0.1", description="address that the bot listens on for the webhook")
    webhook_port: int = Field(8081, ge=0, le=65535, description="port that the bot listens on for the webhook")


class Quota(_Group):
    open: int = Field(5, gt=0, description="requests of one listener that may be under way")
    hourly: int = Field(60, gt=0, description="requests of one listener within an hour")
    server_hourly: int = Field(600, gt=0, description="requests from one server (guild, group) within an hour")


class Retention(_Group):
    idle_months: int = Field(
        24, ge=0, description="a listener who does nothing for so many months is erased; 0: nobody is"
    )


class Audio(_Group):
    max_mb: int = Field(50, gt=0, description="largest sound file in MiB")
    max_minutes: int = Field(30, gt=0, description="longest sound file in minutes")
    timeout_s: float = Field(60, gt=0, description="time one file may take before its decoder is killed")
    memory_mb: int = Field(4096, gt=0, description="address space of one analysis process in MiB (Linux)")
    speech_weights: str = Field("", description="file with the weights of wav2vec 2.0 base (torchaudio's); empty: off")


class Worker(_Group):
    processes: int = Field(default_factory=lambda: min(4, os.cpu_count() or 1), gt=0, description="analysis processes")
    device: Literal["auto", "cpu", "cuda"] = Field(
        "auto", description="where songs are heard and warped; auto: a GPU if there is one"
    )
    batch: int = Field(0, ge=0, description="songs heard together; 0: one on a CPU, 32 on a GPU")
    warp: int = Field(
        300, ge=0, description="songs that `--model dtw` and `blend` compare in full, the best of a screening; 0: all"
    )
    rival: Literal["", "blend", "cosine", "dtw", "features", "lyrics", "mfcc", "nearest", "timbre"] = Field(
        "",
        description="a second model that proposes half of the close songs; `yasr scorecard --compare` tells which of "
        "the two is liked better",
    )
    warp_mb: int = Field(512, gt=0, description="memory that warping may take beside the songs, in MiB")
    jobs: int = Field(4, gt=0, description="requests one worker handles at a time")
    nice: int = Field(10, ge=0, le=19, description="how far workers give way to the bot and to all else on the machine")
    job_timeout_s: int = Field(900, gt=0, description="time one request may take")
    listen_to: int = Field(100, gt=0, description="how many unheard songs of one playlist are listened to")
    lease_s: float = Field(10, gt=0, description="a request whose worker is silent this long is given to another")
    reconcile_s: float = Field(5, gt=0, description="how often lost requests are looked for")


Reach = Literal["tiny", "small", "medium", "any"]


class Catalogue(_Group):
    demo: Literal["auto", "always", "never"] = Field(
        "auto", description="use the generated demo songs: while there are few real ones, always, or never"
    )
    enough: int = Field(100, ge=0, description="with this many real songs `auto` no longer offers demo songs")
    audience: Reach = Field(
        "small",
        description="how well known an artist may be (`tiny`, `small`, `medium`, `any`), unless a listener says",
    )
    keep: Reach = Field("medium", description="the best known artists that are harvested, for listeners who allow more")
    weeks: int = Field(13, gt=0, description="a release is new for this many weeks, unless a listener says")
    keep_weeks: int = Field(26, gt=0, description="releases older than this leave the catalogue")
    artist_years: int = Field(
        10, ge=0, description="an artist whose first release is older than this is not new; 0: never mind"
    )
    unknown: bool = Field(True, description="offer artists whose audience nobody counts, and say so")
    scales: dict[str, tuple[int, int, int]] = Field(
        default_factory=lambda: dict(SCALES),
        description="for each meter, the counts that 50, 90 and 98 of 100 artists stay under, as JSON",
    )
    guard: Literal["hide", "label", "off"] = Field(
        "label", description="artists who seem machine-made: hide them, label them, or do not look"
    )
    harvest: bool = Field(True, description="harvest new releases in the background")
    sources: tuple[str, ...] = Field(
        ("audius", "deezer", "jamendo", "listenbrainz"),
        description="the services harvested by themselves, as JSON; others only when named to `yasr harvest --source`",
    )
    harvest_hours: float = Field(24, gt=0, description="hours between two harvests of a source")


class Settings(BaseSettings):
    """All settings; ``Settings()`` reads the environment, tests pass values."""

    model_config = SettingsConfigDict(env_prefix="YASR_", env_nested_delimiter="__", frozen=True, extra="forbid")

    state_dir: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("yasr"), description="the folder that holds all state"
    )
    database_url: str = Field("", description="SQLAlchemy URL of the store; empty means SQLite in the state folder")
    redis_url: str = Field("", description="Redis URL; empty means an embedded Redis in the state folder")
    vault_keys: SecretStr = Field(
        SecretStr(""),
        description="Fernet keys that seal linked accounts, newest first, with commas; empty means a file of our own",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="how much is logged")
    web: Web = Field(default_factory=Web)
    deezer: Deezer = Field(default_factory=Deezer)
    listenbrainz: ListenBrainz = Field(default_factory=ListenBrainz)
    musicbrainz: MusicBrainz = Field(default_factory=MusicBrainz)
    lastfm: LastFm = Field(default_factory=LastFm)
    audius: Audius = Field(default_factory=Audius)
    jamendo: Jamendo = Field(default_factory=Jamendo)
    itunes: Itunes = Field(default_factory=Itunes)
    tidal: Tidal = Field(default_factory=Tidal)
    spotify: Spotify = Field(default_factory=Spotify)
    youtube: Youtube = Field(default_factory=Youtube)
    reccobeats: ReccoBeats = Field(default_factory=ReccoBeats)
    odesli: Odesli = Field(default_factory=Odesli)
    lrclib: Lrclib = Field(default_factory=Lrclib)
    spotdl: Spotdl = Field(default_factory=Spotdl)
    discord: Discord = Field(default_factory=Discord)
    telegram: Telegram = Field(default_factory=Telegram)
    quota: Quota = Field(default_factory=Quota)
    retention: Retention = Field(default_factory=Retention)
    audio: Audio = Field(default_factory=Audio)
    worker: Worker = Field(default_factory=Worker)
    catalogue: Catalogue = Field(default_factory=Catalogue)

    @property
    def store_url(self) -> str:
        """The database in use."""
        return self.database_url or f"sqlite+aiosqlite:///{self.state_dir / 'yasr.db'}"


@cache
def load() -> Settings:
    """The settings of this process, read once."""
    return Settings()


#: Defaults that are not one value.
_SAID = {"processes": "number of cores, at most 4", "scales": "see [New and little-known](#new-and-little-known)"}


def table() -> str:
    """The README's settings table: name, default, meaning."""
    rows = ["| Setting | Default | What it does |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        group = field.annotation
        if isinstance(group, type) and issubclass(group, _Group):
            for inner, knob in group.model_fields.items():
                default = _SAID.get(inner) or _shown(knob.default)
                rows.append(f"| `YASR_{name.upper()}__{inner.upper()}` | {default} | {knob.description} |")
        else:
            default = "the user's data folder" if name == "state_dir" else _shown(field.default)
            rows.append(f"| `YASR_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(rows)


def _shown(default: object) -> str:
    plain = default.get_secret_value() if isinstance(default, SecretStr) else default
    return "–" if plain == "" else f"`{plain}`"
