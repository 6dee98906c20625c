"""Everything that can go wrong, in one tree; each class carries the sentence a listener reads.

    YasrError
    ├── BadInput                      what was given cannot be used (exit status 2)
    │   ├── UnknownLink               no reader for this host
    │   ├── ForbiddenLink             file://, http://, a private address
    │   ├── NoReader                  a music service whose links we cannot read
    │   ├── NoSongs                   nothing that looks like a song
    │   ├── WrongColumns              a table without artist and title
    │   ├── NotReadable               not text, not JSON, not what the name says
    │   ├── TooBig                    over a size limit
    │   ├── NoSuchPath                the file or folder is not there
    │   ├── UploadGone                dropped files that were removed after a day
    │   ├── UnknownChoice             a model, emoji or option that does not exist
    │   ├── NotYours                  somebody else's request or pick, or one that is gone
    │   ├── AlreadyRunning            a second `yasr up` on one state folder
    │   ├── PortTaken                 another program listens on the page's port
    │   └── AudioTrouble
    │       ├── NotAudio              no decoder knows it, or it ends before any sound
    │       ├── Silent                nothing but silence
    │       └── TooLong               longer than the limit
    ├── ServiceTrouble                a music service said no (exit status 1)
    │   ├── PrivateOrEmpty            the playlist is private, empty or gone
    │   ├── QuotaReached              the service asks us to wait
    │   ├── AccessRefused             the service does not accept our key, or keeps us out
    │   ├── SpotifyNotLinked          Spotify opens no playlist by its link alone
    │   ├── SpotifyNotYours           nor one that its linked listener neither owns nor shares
    │   ├── SpotifyNotListed          the listener is none of the five the owner may name
    │   ├── SpotifyMade               a mix that Spotify made
    │   ├── SpotifyOwnerLapsed        the owner of the client id has no Premium
    │   ├── LinkExpired               an account must be linked again
    │   ├── ServiceDown               no answer, or a broken one
    │   └── UnexpectedAnswer          an answer we do not understand
    ├── TookTooLong                   over the time one request may take (exit status 1)
    └── NothingToOffer                no seed has sound, or no candidate is left (exit status 1)
        ├── NoSoundForSeeds           no service has the sound of any song
        ├── NoFeaturesForSeeds        no service could tell the features of any song
        ├── CannotListen              the service that would have it does not answer
        └── NoCandidates              everything fitting was shown before

An error is stored with a request as its ``code`` and ``args_``; :func:`revive` builds it again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, TypeVar


class YasrError(Exception):
    """The root. ``sentence`` is what a listener reads: the cause, then the next step."""

    sentence: ClassVar[str] = "Something went wrong on our side. Please try again in a minute."
    exit_status: ClassVar[int] = 1

    def __init__(self, **args: str | int | float) -> None:
        self.args_: dict[str, str] = {name: str(value) for name, value in args.items()}
        super().__init__(str(self))

    def __reduce__(self) -> tuple[Callable[..., YasrError], tuple[str, dict[str, str]]]:
        return revive, (self.code, self.args_)

    @property
    def code(self) -> str:
        return type(self).__name__

    def __str__(self) -> str:
        return self.sentence.format_map(self.args_)


class BadInput(YasrError):
    """What was given cannot be used."""

    sentence = "I cannot use that: {problem}."
    exit_status = 2


class UnknownLink(BadInput):
    sentence = (
        "I do not know how to read links from {host}. Send a public Deezer playlist, album or track link, "
        "or paste the songs, one “Artist – Title” per line."
    )


class NoReader(BadInput):
    """``why`` ends the sentence that says so; ``instead`` is ", or send a public Deezer link", or empty."""

    sentence = "I cannot read {service} links here: {why}. Paste the songs, one “Artist – Title” per line{instead}."

    def __init__(self, **args: str | int | float) -> None:
        super().__init__(**{"why": "the service is not switched on", "instead": "", **args})


class ForbiddenLink(BadInput):
    sentence = (
        "I only open https links of music services, not {link}. Paste the songs instead, one “Artist – Title” per line."
    )


class NoSongs(BadInput):
    sentence = (
        "I found no songs in {what}. Write one “Artist – Title” per line, or send a CSV export or a playlist link."
    )


class WrongColumns(BadInput):
    sentence = (
        "This table has no columns I know for artist and title (I see: {columns}). "
        "Exportify and TuneMyMusic exports work, or name the columns “artist” and “title”."
    )


class NotReadable(BadInput):
    sentence = "I cannot read {what}: {problem}. Send a CSV, TXT or JSON file, or sound files."


class TooBig(BadInput):
    sentence = "{what} is larger than I take ({limit}). Send a smaller part of it."


class NoSuchPath(BadInput):
    sentence = "There is no file or folder at {path}. Check the path and try again."


class UploadGone(BadInput):
    sentence = "I keep dropped files for a day only, and these are gone. Drop them again."


class UnknownChoice(BadInput):
    sentence = "There is no {kind} called “{value}”. Choose one of: {choices}."


class NotYours(BadInput):
    sentence = "That is not yours, or it no longer exists."


class AlreadyRunning(BadInput):
    sentence = (
        "YASR is already running on {state_dir} (process {pid}). "
        "Stop that one first, or set YASR_STATE_DIR to another folder."
    )


class PortTaken(BadInput):
    sentence = (
        "Port {port} is taken. Stop the program that uses it, or set YASR_WEB__PORT to another one (0 means any)."
    )


class AudioTrouble(BadInput):
    """A sound file that cannot be used."""

    sentence = "I cannot listen to {name}: {problem}. Try another file."


class NotAudio(AudioTrouble):
    sentence = "{name} is not a sound file I can decode. Send mp3, m4a, ogg, opus, flac or wav."


class Silent(AudioTrouble):
    sentence = "{name} is silent from beginning to end. Send a file with sound in it."


class TooLong(AudioTrouble):
    sentence = "{name} is longer than {limit} minutes. Send a single song instead."


class ServiceTrouble(YasrError):
    """A music service said no."""

    sentence = "{service} could not be used: {problem}. Try again later, or paste the songs instead."


class PrivateOrEmpty(ServiceTrouble):
    sentence = "That {what} on {service} is private, empty or gone. Set it to public and send the link again."
    exit_status = 2


class QuotaReached(ServiceTrouble):
    """``seconds`` is how long the service asks us to wait."""

    sentence = "{service} asks us to wait {wait}. Send the link again then, or paste the songs instead."

    def __init__(self, **args: str | int | float) -> None:
        wait = {"wait": _spoken(float(args["seconds"]))} if "seconds" in args else {}
        super().__init__(**{**wait, **args})

    @property
    def seconds(self) -> float:
        return float(self.args_["seconds"])


class AccessRefused(ServiceTrouble):
    sentence = (
        "{service} does not let me in. Whoever runs this bot can see why with `yasr doctor`; "
        "until then, paste the songs instead."
    )


class SpotifyNotLinked(ServiceTrouble):
    """``called`` is " (this one is called “…”)", or empty when not even the title can be read."""

    sentence = (
        "Spotify no longer lets bots read playlists by their link{called}. Three ways that work: "
        "1) paste or upload the songs, one “Artist – Title” per line; "
        "2) copy the playlist to Deezer or YouTube Music, make it public and send that link; "
        "3) send the link of your ListenBrainz or Last.fm profile."
    )
    exit_status = 2


class SpotifyNotYours(ServiceTrouble):
    sentence = (
        "That playlist is not yours, and Spotify only opens playlists you own or collaborate on. "
        "Add its songs to a playlist of your own and send that one, or paste them."
    )
    exit_status = 2


class SpotifyNotListed(ServiceTrouble):
    sentence = (
        "Spotify does not know you as a user of this bot. Ask its owner to add your Spotify e-mail under "
        "User Management (at most 5 people), or paste the songs instead."
    )
    exit_status = 2


class SpotifyMade(ServiceTrouble):
    sentence = (
        "This mix was made by Spotify, which hides those from apps. "
        "Add its songs to a playlist of your own and send that one, or paste them."
    )
    exit_status = 2


class SpotifyOwnerLapsed(ServiceTrouble):
    sentence = (
        "Spotify keeps this bot out, because its owner has no active Premium subscription. "
        "Tell them, and until then paste the songs instead."
    )


class LinkExpired(ServiceTrouble):
    sentence = (
        "Your {service} link has expired, as it does every six months. Link it again, or paste the songs instead."
    )
    exit_status = 2


class ServiceDown(ServiceTrouble):
    sentence = "{service} does not answer at the moment. Try again in a few minutes, or paste the songs instead."


class UnexpectedAnswer(ServiceTrouble):
    sentence = "{service} gave an answer I do not understand. Try another link, or paste the songs instead."


class TookTooLong(YasrError):
    sentence = "This took longer than {minutes} minutes, so I stopped. Try a shorter playlist."


class NothingToOffer(YasrError):
    """There is no honest answer to give."""

    sentence = "I have nothing to offer for this list yet. Try another one."


class NoSoundForSeeds(NothingToOffer):
    sentence = (
        "I could find the sound of none of the {count} songs, so I have nothing to compare with. "
        "Try a Deezer link, sound files, or the sample playlist."
    )


class NoFeaturesForSeeds(NothingToOffer):
    sentence = (
        "None of the {count} songs has features that a service could tell me. "
        "Ask again without “{features}”, and I listen for myself."
    )


class CannotListen(NothingToOffer):
    sentence = (
        "I know your {count} songs by name, but {service}, where I would hear them, does not answer. "
        "Try again in a few minutes, send sound files, or try the sample playlist."
    )


class NoCandidates(NothingToOffer):
    sentence = "There is no song left in the catalogue that I have not shown you. Come back after the next harvest."


E = TypeVar("E", bound=YasrError)


def first_of(group: BaseExceptionGroup[E]) -> E:
    """The first error of a group, however deep."""
    inner = group.exceptions[0]
    return first_of(inner) if isinstance(inner, BaseExceptionGroup) else inner


def _spoken(seconds: float) -> str:
    """A length of time the way one says it."""
    for unit, length in (("hour", 3600), ("minute", 60)):
        if seconds >= 1.5 * length:
            return f"about {round(seconds / length)} {unit}s"
    return f"about {max(1, round(seconds))} second{'s' if round(seconds) > 1 else ''}"


def _tree(cls: type[YasrError]) -> dict[str, type[YasrError]]:
    found = {cls.__name__: cls}
    for child in cls.__subclasses__():
        found |= _tree(child)
    return found


def revive(code: str, args: Mapping[str, str]) -> YasrError:
    """The stored error again; an unknown code becomes the root, so that old rows always have a sentence."""
    return _tree(YasrError).get(code, YasrError)(**args)
