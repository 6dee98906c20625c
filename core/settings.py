"""Every knob of YASR, typed, read once from the environment (prefix ``YASR_``, nesting ``__``)."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class _Group(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Web(_Group):
    enabled: bool = Field(True, description="serve the chat page")
    host: str = Field("127.0.0.1", description="address the page listens on")
    port: int = Field(8787, ge=0, le=65535, description="port of the page; 0 lets the system choose")
    max_upload_mb: int = Field(64, gt=0, description="largest upload in MiB")


class Deezer(_Group):
    base_url: str = Field("https://api.deezer.com", description="Deezer's API, a proxy or a test server")
    enabled: bool = Field(True, description="read Deezer links, find sound there and harvest it")


class ListenBrainz(_Group):
    base_url: str = Field("https://api.listenbrainz.org", description="ListenBrainz's API, a proxy or a test server")
    enabled: bool = Field(True, description="read ListenBrainz links and harvest its fresh releases")
    token: SecretStr = Field(SecretStr(""), description="a user token; raises ListenBrainz's limits")


class MusicBrainz(_Group):
    base_url: str = Field("https://musicbrainz.org", description="MusicBrainz, a mirror or a test server")
    enabled: bool = Field(True, description="harvest MusicBrainz's releases")


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


class Audio(_Group):
    max_mb: int = Field(50, gt=0, description="largest sound file in MiB")
    max_minutes: int = Field(30, gt=0, description="longest sound file in minutes")
    timeout_s: float = Field(60, gt=0, description="time one file may take before its decoder is killed")
    memory_mb: int = Field(4096, gt=0, description="address space of one analysis process in MiB (Linux)")


class Worker(_Group):
    processes: int = Field(default_factory=lambda: min(4, os.cpu_count() or 1), gt=0, description="analysis processes")
    jobs: int = Field(4, gt=0, description="requests one worker handles at a time")
    job_timeout_s: int = Field(900, gt=0, description="time one request may take")
    listen_to: int = Field(100, gt=0, description="how many unheard songs of one playlist are listened to")
    lease_s: float = Field(10, gt=0, description="a request whose worker is silent this long is given to another")
    reconcile_s: float = Field(5, gt=0, description="how often lost requests are looked for")


class Catalogue(_Group):
    demo: Literal["auto", "always", "never"] = Field(
        "auto", description="use the generated demo songs: while there are few real ones, always, or never"
    )
    enough: int = Field(100, ge=0, description="with this many real songs `auto` no longer offers demo songs")
    max_fans: int = Field(20_000, gt=0, description="an artist with at most this many followers is little known")
    weeks: int = Field(13, gt=0, description="a release is new for this many weeks")
    harvest: bool = Field(True, description="harvest new releases in the background")
    sources: tuple[str, ...] = Field(
        ("audius", "deezer", "jamendo"),
        description="the services harvested by themselves, as JSON; others only when named to `yasr harvest --source`",
    )
    harvest_hours: float = Field(24, gt=0, description="hours between two harvests")


class Settings(BaseSettings):
    """All settings; ``Settings()`` reads the environment, tests pass values."""

    model_config = SettingsConfigDict(env_prefix="YASR_", env_nested_delimiter="__", frozen=True, extra="forbid")

    state_dir: Path = Field(
        default_factory=lambda: platformdirs.user_data_path("yasr"), description="the folder that holds all state"
    )
    database_url: str = Field("", description="SQLAlchemy URL of the store; empty means SQLite in the state folder")
    redis_url: str = Field("", description="Redis URL; empty means an embedded Redis in the state folder")
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


def table() -> str:
    """The README's settings table: name, default, meaning."""
    rows = ["| Setting | Default | What it does |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        group = field.annotation
        if isinstance(group, type) and issubclass(group, _Group):
            for inner, knob in group.model_fields.items():
                default = "number of cores, at most 4" if inner == "processes" else _shown(knob.default)
                rows.append(f"| `YASR_{name.upper()}__{inner.upper()}` | {default} | {knob.description} |")
        else:
            default = "the user's data folder" if name == "state_dir" else _shown(field.default)
            rows.append(f"| `YASR_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(rows)


def _shown(default: object) -> str:
    plain = default.get_secret_value() if isinstance(default, SecretStr) else default
    return "–" if plain == "" else f"`{plain}`"
