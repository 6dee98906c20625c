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
    │   ├── NoTasteYet                the listener gave too few songs to know their taste
    │   ├── TheirTasteUnknown         so did the one they want to compare theirs with
    │   ├── NotEnoughTastes           a blend of people of whom too few gave songs
    │   ├── TooManySongs              more songs than an artist may offer at a time
    │   ├── NothingGiven              neither a link nor songs, and no account is linked
    │   ├── NoSuchAccount             a music service does not know that name
    │   ├── ConsentLost               a link that was begun was used before, or too late, or by somebody else
    │   ├── ConsentRefused            the owner of an account did not agree
    │   ├── NoSuchListener            nobody is known by that name
    │   ├── InPrivate                 a secret was written where others can read it
    │   ├── NoListing                 a linked account has no songs in its own lists
    │   ├── TooManyOpen               more requests at a time than one listener may have
    │   ├── TooOften                  more requests within an hour than one listener may have
    │   ├── ServerTooOften            more than one server may have
    │   ├── AlreadyRunning            a second `yasr up` on one state folder
    │   ├── PortTaken                 another program listens on the page's port
    │   ├── DiscordTokenRefused       Discord does not know the bot's token
    │   ├── DiscordIntentMissing      Discord has not granted the message content intent
    │   ├── TelegramTokenRefused      Telegram does not know the bot's token
    │   ├── TelegramTaken             another program fetches what is said to the bot
    │   └── AudioTrouble
    │       ├── NotAudio              no decoder knows it, or it ends before any sound
    │       ├── Silent                nothing but silence
    │       └── TooLong               longer than the limit
    ├── ServiceTrouble                a music service said no (exit status 1)
    │   ├── PrivateOrEmpty            the playlist is private, empty or gone
    │   ├── QuotaReached              the service asks us to wait
    │   ├── AccessRefused             the service does not accept our key, or keeps us out
    │   ├── SpotifyNotLinked          Spotify opens no playlist by its link alone
    │   │   └── SpotifyLinkFirst      but this one may be the listener's, if they link their account
    │   ├── SpotifyNotYours           nor one that its linked listener neither owns nor shares
    │   ├── MayNotSave                the listener did not agree that playlists are made
    │   ├── NotSaved                  a service has none of the songs
    │   ├── SpotifyNotListed          the listener is none of the five the owner may name
    │   ├── SpotifyMade               a mix that Spotify made
    │   ├── SpotifyOwnerLapsed        the owner of the client id has no Premium
    │   ├── LinkExpired               an account must be linked again
    │   ├── LinkUnreadable            so must it where the key is gone that sealed it
    │   ├── ServiceDown               no answer, or a broken one
    │   └── UnexpectedAnswer          an answer we do not understand
    ├── TookTooLong                   over the time one request may take (exit status 1)
    └── NothingToOffer                no seed has sound, or no candidate is left (exit status 1)
        ├── NoSoundForSeeds           no service has the sound of any song
        ├── NoFeaturesForSeeds        no service could tell the features of any song
        ├── CannotListen              the service that would have it does not answer
        ├── NoCandidates              everything fitting was shown before
        └── NotAdmitted               no song that was offered passes the tests of the catalogue

An error is stored with a request as its ``code`` and ``args_``; :func:`revive` builds it again. Its sentence is a
template of the catalogue of translations (:mod:`core.said`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar, TypeVar

from core.said import Arg, Said, counted, mark, marks, said


class YasrError(Exception):
    """The root. ``sentence`` is what a listener reads: the cause, then the next step; ``many`` for a ``count`` of them.

    What goes into it is a name as it is, or words of our own as a :class:`core.said.Said`.
    """

    sentence: ClassVar[str] = mark("Something went wrong on our side. Please try again in a minute.")
    many: ClassVar[str] = ""
    exit_status: ClassVar[int] = 1

    def __init__(self, **args: Arg) -> None:
        self.args_: dict[str, Arg] = args
        super().__init__(str(self))

    def __reduce__(self) -> tuple[Callable[..., YasrError], tuple[str, dict[str, Arg]]]:
        return revive, (self.code, self.args_)

    @property
    def code(self) -> str:
        return type(self).__name__

    @property
    def said(self) -> Said:
        """The sentence, before it is in anybody's language."""
        return Said(self.sentence, self.args_, self.many)

    def __str__(self) -> str:
        return str(self.said)


class BadInput(YasrError):
    """What was given cannot be used."""

    sentence = mark("I cannot use that: {problem}.")
    exit_status = 2


class UnknownLink(BadInput):
    sentence = mark(
        "I do not know how to read links from {host}. Send a public Deezer playlist, album or track link, "
        "or paste the songs, one “Artist – Title” per line."
    )


class NoReader(BadInput):
    """``why`` ends the sentence that says so; ``instead`` is ", or send a public Deezer link", or empty."""

    sentence = mark(
        "I cannot read {service} links here: {why}. Paste the songs, one “Artist – Title” per line{instead}."
    )

    def __init__(self, **args: Arg) -> None:
        super().__init__(**{"why": said("the service is not switched on"), "instead": "", **args})


class ForbiddenLink(BadInput):
    sentence = mark(
        "I only open https links of music services, not {link}. Paste the songs instead, one “Artist – Title” per line."
    )


class NoSongs(BadInput):
    sentence = mark(
        "I found no songs in {what}. Write one “Artist – Title” per line, or send a CSV export or a playlist link."
    )


class WrongColumns(BadInput):
    sentence = mark(
        "This table has no columns I know for artist and title (I see: {columns}). "
        "Exportify and TuneMyMusic exports work, or name the columns “artist” and “title”."
    )


class NotReadable(BadInput):
    sentence = mark("I cannot read {what}: {problem}. Send a CSV, TXT or JSON file, or sound files.")


class TooBig(BadInput):
    sentence = mark("{what} is larger than I take ({limit}). Send a smaller part of it.")


class NoSuchPath(BadInput):
    sentence = mark("There is no file or folder at {path}. Check the path and try again.")


class UploadGone(BadInput):
    sentence = mark("I keep dropped files for a day only, and these are gone. Drop them again.")


class UnknownChoice(BadInput):
    sentence = mark("There is no {kind} called “{value}”. Choose one of: {choices}.")


class NotYours(BadInput):
    sentence = mark("That is not yours, or it no longer exists.")


class NoTasteYet(BadInput):
    sentence = mark("I do not know your taste yet. Ask for recommendations with at least three songs first.")


class TheirTasteUnknown(BadInput):
    sentence = mark(
        "I do not know their taste yet. They need to ask for recommendations with at least three songs first."
    )


class NotEnoughTastes(BadInput):
    sentence = mark(
        "I know the songs of only {count} of you. "
        "Everybody who takes part asks for recommendations once, then blend again."
    )


class TooManySongs(BadInput):
    sentence = mark("Send the link of one song, EP or album of yours, at most {limit} songs: this one has {count}.")


class NothingGiven(BadInput):
    sentence = mark(
        "Tell me what you like: the link of a playlist, album or song, or songs as text, "
        "one “Artist – Title” per line. With a linked account I can start without."
    )


class NoSuchAccount(BadInput):
    sentence = mark("I find nobody called “{handle}” on {service}, or nothing that I may read there. Check the name.")


class ConsentLost(BadInput):
    sentence = mark(
        "Nothing was linked: that address was used before, is older than ten minutes, or belongs to somebody else. "
        "Begin again."
    )


class ConsentRefused(BadInput):
    sentence = mark("You did not agree, so nothing was linked.")


class NoSuchListener(BadInput):
    sentence = mark("I know nobody called {who}. Name the front end and the person, such as discord:1234.")


class InPrivate(BadInput):
    sentence = mark(
        "What you wrote may open your account, and others can read it here. Delete it, take a new one there, and send "
        "it to me in private."
    )


class NoListing(BadInput):
    sentence = mark("Your {service} account has no songs there yet. Send me a playlist of yours instead.")


class TooManyOpen(BadInput):
    sentence, many = marks(
        "I am still working on {count} request of yours. Wait for it, or cancel it.",
        "I am still working on {count} requests of yours. Wait for one of them, or cancel it.",
    )


class TooOften(BadInput):
    sentence, many = marks(
        "You asked {count} time within an hour, which is as much as I take. Ask again in {wait}.",
        "You asked {count} times within an hour, which is as much as I take. Ask again in {wait}.",
    )


class ServerTooOften(BadInput):
    sentence, many = marks(
        "This server asked {count} time within an hour, which is as much as I take from one. "
        "Ask again in {wait}, or in a direct message.",
        "This server asked {count} times within an hour, which is as much as I take from one. "
        "Ask again in {wait}, or in a direct message.",
    )


class AlreadyRunning(BadInput):
    sentence = mark(
        "YASR is already running on {state_dir} (process {pid}). "
        "Stop that one first, or set YASR_STATE_DIR to another folder."
    )


class PortTaken(BadInput):
    sentence = mark(
        "Port {port} is taken. Stop the program that uses it, or set YASR_WEB__PORT to another one (0 means any)."
    )


class DiscordTokenRefused(BadInput):
    sentence = mark(
        "Discord does not accept the bot's token. Copy it anew from the developer portal (Bot → Reset Token) "
        "into YASR_DISCORD__TOKEN."
    )


class DiscordIntentMissing(BadInput):
    sentence = mark(
        "Discord has not granted this bot the message content intent. Switch it on in the developer portal "
        "(Bot → Privileged Gateway Intents), or set YASR_DISCORD__MESSAGE_CONTENT to false."
    )


class TelegramTokenRefused(BadInput):
    sentence = mark("Telegram does not accept the bot's token. Copy it anew from @BotFather into YASR_TELEGRAM__TOKEN.")


class TelegramTaken(BadInput):
    sentence = mark(
        "Another program uses this bot's token: Telegram gives every message to one of them alone. Stop the other "
        "one, or take a new token from @BotFather."
    )


class AudioTrouble(BadInput):
    """A sound file that cannot be used."""

    sentence = mark("I cannot listen to {name}: {problem}. Try another file.")


class NotAudio(AudioTrouble):
    sentence = mark("{name} is not a sound file I can decode. Send mp3, m4a, ogg, opus, flac or wav.")


class Silent(AudioTrouble):
    sentence = mark("{name} is silent from beginning to end. Send a file with sound in it.")


class TooLong(AudioTrouble):
    sentence = mark("{name} is longer than {limit} minutes. Send a single song instead.")


class ServiceTrouble(YasrError):
    """A music service said no."""

    sentence = mark("{service} could not be used: {problem}. Try again later, or paste the songs instead.")


class PrivateOrEmpty(ServiceTrouble):
    """``what`` is one of ``_THINGS``, as the services' own addresses call it."""

    sentence = mark("That {what} on {service} is private, empty or gone. Set it to public and send the link again.")
    exit_status = 2

    _THINGS: ClassVar[tuple[str, ...]] = (
        mark("account"),
        mark("album"),
        mark("artist"),
        mark("file"),
        mark("link"),
        mark("list"),
        mark("list of releases"),
        mark("listening history"),
        mark("page"),
        mark("playlist"),
        mark("search"),
        mark("song"),
        mark("token"),
        mark("track"),
    )

    def __init__(self, **args: Arg) -> None:
        thing = args.get("what")
        super().__init__(**args | ({"what": Said(thing)} if isinstance(thing, str) else {}))


class QuotaReached(ServiceTrouble):
    """``seconds`` is how long the service asks us to wait."""

    sentence = mark("{service} asks us to wait {wait}. Send the link again then, or paste the songs instead.")

    def __init__(self, **args: Arg) -> None:
        wait = {"wait": spoken(float(str(args["seconds"])))} if "seconds" in args else {}
        super().__init__(**{**wait, **args})

    @property
    def seconds(self) -> float:
        return float(str(self.args_["seconds"]))


class AccessRefused(ServiceTrouble):
    sentence = mark(
        "{service} does not let me in. Whoever runs this bot can see why with `yasr doctor`; "
        "until then, paste the songs instead."
    )


class SpotifyNotLinked(ServiceTrouble):
    """``called`` is " (this one is called “…”)", or empty when not even the title can be read."""

    sentence = mark(
        "Spotify no longer lets bots read playlists by their link{called}. Three ways that work: "
        "1) paste or upload the songs, one “Artist – Title” per line; "
        "2) copy the playlist to Deezer or YouTube Music, make it public and send that link; "
        "3) send the link of your ListenBrainz or Last.fm profile."
    )
    exit_status = 2


class SpotifyLinkFirst(SpotifyNotLinked):
    """``called`` as there."""

    sentence = mark(
        "Spotify only opens playlists to the people they belong to{called}. If it is yours, link your account with "
        "/link and send it again. Else paste or upload the songs, one “Artist – Title” per line, or copy the playlist "
        "to Deezer or YouTube Music, make it public and send that link."
    )


class SpotifyNotYours(ServiceTrouble):
    sentence = mark(
        "That playlist is not yours, and Spotify only opens playlists you own or collaborate on. "
        "Add its songs to a playlist of your own and send that one, or paste them."
    )
    exit_status = 2


class MayNotSave(ServiceTrouble):
    sentence = mark("You have not allowed me to make playlists in your {service} account. Link it again to allow that.")
    exit_status = 2


class NotSaved(ServiceTrouble):
    sentence = mark("{service} has none of these songs, so there is nothing to save there.")
    exit_status = 2


class SpotifyNotListed(ServiceTrouble):
    sentence = mark(
        "Spotify does not know you as a user of this bot. Ask its owner to add your Spotify e-mail under "
        "User Management (at most 5 people), or paste the songs instead."
    )
    exit_status = 2


class SpotifyMade(ServiceTrouble):
    sentence = mark(
        "This mix was made by Spotify, which hides those from apps. "
        "Add its songs to a playlist of your own and send that one, or paste them."
    )
    exit_status = 2


class SpotifyOwnerLapsed(ServiceTrouble):
    sentence = mark(
        "Spotify keeps this bot out, because its owner has no active Premium subscription. "
        "Tell them, and until then paste the songs instead."
    )


class LinkExpired(ServiceTrouble):
    sentence = mark(
        "Your {service} link has expired, as it does every six months. Link it again, or paste the songs instead."
    )
    exit_status = 2


class LinkUnreadable(ServiceTrouble):
    sentence = mark("I can no longer open your {service} link. Link it again, or paste the songs instead.")
    exit_status = 2


class ServiceDown(ServiceTrouble):
    sentence = mark("{service} does not answer at the moment. Try again in a few minutes, or paste the songs instead.")


class UnexpectedAnswer(ServiceTrouble):
    sentence = mark("{service} gave an answer I do not understand. Try another link, or paste the songs instead.")


class TookTooLong(YasrError):
    sentence = mark("This took longer than {minutes} minutes, so I stopped. Try a shorter playlist.")


class NothingToOffer(YasrError):
    """There is no honest answer to give."""

    sentence = mark("I have nothing to offer for this list yet. Try another one.")


class NoSoundForSeeds(NothingToOffer):
    sentence, many = marks(
        "I could not find the sound of your {count} song, so I have nothing to compare with. "
        "Try a Deezer link, sound files, or the sample playlist.",
        "I could find the sound of none of the {count} songs, so I have nothing to compare with. "
        "Try a Deezer link, sound files, or the sample playlist.",
    )


class NoFeaturesForSeeds(NothingToOffer):
    sentence, many = marks(
        "No service could tell me the features of your {count} song. "
        "Ask again without “{features}”, and I listen for myself.",
        "None of the {count} songs has features that a service could tell me. "
        "Ask again without “{features}”, and I listen for myself.",
    )


class CannotListen(NothingToOffer):
    sentence, many = marks(
        "I know your {count} song by name, but {service}, where I would hear it, does not answer. "
        "Try again in a few minutes, send a sound file, or try the sample playlist.",
        "I know your {count} songs by name, but {service}, where I would hear them, does not answer. "
        "Try again in a few minutes, send sound files, or try the sample playlist.",
    )


class NoCandidates(NothingToOffer):
    sentence = mark(
        "There is no song left in the catalogue that I have not shown you. Come back after the next harvest."
    )


class NotAdmitted(NothingToOffer):
    """``why`` ends the sentence: "not new: released 3 Mar 2024"."""

    sentence = mark("{song} does not pass the tests of the catalogue: {why}.")


E = TypeVar("E", bound=YasrError)


def first_of(group: BaseExceptionGroup[E]) -> E:
    """The first error of a group, however deep."""
    inner = group.exceptions[0]
    return first_of(inner) if isinstance(inner, BaseExceptionGroup) else inner


def spoken(seconds: float) -> Said:
    """A length of time the way one says it."""
    if seconds >= 1.5 * 3600:
        return counted("about {count} hour", "about {count} hours", count=round(seconds / 3600))
    if seconds >= 1.5 * 60:
        return counted("about {count} minute", "about {count} minutes", count=round(seconds / 60))
    return counted("about {count} second", "about {count} seconds", count=max(1, round(seconds)))


def _tree(cls: type[YasrError]) -> dict[str, type[YasrError]]:
    found = {cls.__name__: cls}
    for child in cls.__subclasses__():
        found |= _tree(child)
    return found


def revive(code: str, args: Mapping[str, Arg]) -> YasrError:
    """The stored error again; an unknown code becomes the root, so that old rows always have a sentence."""
    return _tree(YasrError).get(code, YasrError)(**args)
