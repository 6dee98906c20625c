"""The words by which people call moods, in six languages, and how they are found in what somebody writes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from core import links, moods
from core.errors import UnknownChoice
from core.moods import MOODS, Mood
from core.said import said

#: Characters; nobody wishes for so much.
LONGEST = 200
#: By mood: English, German, Spanish, French, Portuguese and Japanese, with "|" between them. Accents may be missing.
_WORDS = {
    "slower": "slower|slow|langsamer|langsam|más lento|más lenta|más lentos|más lentas|más despacio|lento|lenta"
    "|plus lent|plus lente|plus lents|plus lentes|lent|lente|mais lento|mais lenta|mais lentos|mais lentas|mais devagar"
    "|テンポが遅め|テンポが遅い|ゆっくり|遅め|遅い|遅く|スロー",
    "faster": "faster|fast|schneller|schnell|más rápido|más rápida|más rápidos|más rápidas|rápido|rápida|plus rapide"
    "|plus rapides|rapide|mais rápido|mais rápida|mais rápidos|mais rápidas|テンポが速め|テンポが速い|速め|速い|速く",
    "calmer": "calmer|calm|ruhiger|ruhig|más tranquilo|más tranquila|más tranquilos|más tranquilas|tranquilo|tranquila"
    "|plus calme|plus calmes|calme|mais calmo|mais calma|mais calmos|mais calmas|穏やか|落ち着いた|静かな感じ",
    "busier": "busier|busy|lebhafter|lebhaft|más movido|más movida|más movidos|más movidas|plus dense|plus denses"
    "|plus animé|plus animée|mais agitado|mais agitada|mais agitados|mais agitadas|にぎやか|賑やか",
    "darker": "darker|dark|dunkler|dunkel|düsterer|düster|más oscuro|más oscura|más oscuros|más oscuras|oscuro|oscura"
    "|plus sombre|plus sombres|sombre|mais escuro|mais escura|mais escuros|mais escuras|音が暗め|暗め|暗い|暗く",
    "brighter": "brighter|bright|heller|más brillante|más brillantes|brillante|plus brillant|plus brillante"
    "|brillant|mais brilhante|mais brilhantes|brilhante|音が明るめ|明るめ|明るい|明るく",
    "quieter": "quieter|quiet|softer|leiser|leise|más bajo|más baja|más bajos|más suave|más suaves|moins fort"
    "|moins forte|plus doux|plus douce|mais baixo|mais baixa|mais suave|mais suaves"
    "|音量が小さめ|音が小さめ|静かめ|静かな|静かに",
    "louder": "louder|loud|lauter|laut|más fuerte|más fuertes|más alto|plus fort|plus forte|plus forts|mais alto"
    "|mais alta|mais forte|mais fortes|音量が大きめ|音が大きめ|うるさめ|うるさい",
    "danceable": "danceable|dancey|tanzbarer|tanzbar|bailable|bailables|dansant|dansante|dansants|dançante|dançantes"
    "|踊れる|踊りやすい|ダンサブル",
    "instrumental": "instrumental|instrumentals|instrumentaler|instrumentales|instrumentale|instrumentaux|instrumentais"
    "|without vocals|without singing|no vocals|ohne gesang|sin voz|sin voces|sans voix|sans chant|sans paroles"
    "|sem voz|sem vocais|インストゥルメンタル|インスト|歌なし",
    "vocal": "vocal|vocals|with vocals|with singing|sung|gesungen|mit gesang|cantado|cantada|con voz|con voces|chanté"
    "|chantée|avec voix|com voz|com vocais|ボーカル入り|ボーカル|歌入り|歌もの",
    "sad": "sad|sadder|traurig|trauriger|traurige|triste|tristes|más triste|más tristes|plus triste|plus tristes"
    "|mais triste|mais tristes|悲しげ|悲しめ|悲しい|悲しく|切ない",
    "happy": "happy|happier|cheerful|fröhlich|fröhlicher|fröhliche|glücklich|glücklicher|alegre|alegres|feliz"
    "|más alegre|más alegres|más feliz|joyeux|joyeuse|gai|gaie|plus joyeux|plus gai|mais alegre|mais alegres|mais feliz"
    "|楽しげ|楽しい|楽しく|陽気な|陽気",
    "acoustic": "acoustic|akustisch|akustischer|acústico|acústica|acústicos|acústicas|acoustique|acoustiques"
    "|アコースティック",
    "energetic": "energetic|more energy|energisch|energischer|energiegeladen|enérgico|enérgica|enérgicos|enérgicas"
    "|más energía|énergique|énergiques|plus énergique|plus d'énergie|energético|energética|mais energia"
    "|エネルギッシュ|激しい|激しく",
}  # fmt: skip
#: What may stand beside a mood without meaning anything else.
_FILLERS = (
    "a|an|and|as|be|bit|but|give|i|in|it|just|like|list|little|make|me|more|much|music|one|ones|only|or|please|same|should"
    "|some|something|song|songs|than|that|the|them|these|they|thing|things|this|those|too|tracks|want|with|that's|for"
    "|aber|auch|gleich|gleiche|bisschen|bitte|das|dies|diese|dieses|doch|ein|eine|einen|etwas|genauso|lieder|mehr|mir|mit|musik|nur|so"
    "|solche|sowas|song|und|von|was|wie|als|noch"
    "|algo|así|canciones|como|con|de|dame|el|ella|esta|estas|este|esto|estos|éste|favor|la|las|los|lo|más|mismo|misma|música|pero"
    "|parecido|poco|por|pues|que|sea|sean|solo|sólo|un|una|unas|unos|y"
    "|ce|ces|cela|celle|celui|ces|cette|chansons|comme|des|donne|du|en|encore|est|et|fois|juste|le|les|mais|moi|même|musique"
    "|peu|plus|pour|s'il|si|soit|te|titres|trucs|un|une|vous|plaît|ça|quelque|chose"
    "|apenas|assim|coisa|com|da|do|dos|essa|esse|esta|este|isso|isto|mais|mas|mesma|mesmo|músicas|o|os|para|pouco|quero|só|tipo|uma"
    "|um|e|seja"
    "|みたいな|のような|けれど|だけど|もっと|もう少し|少し|ような|ください|お願い|感じ|この|これ|曲|でも|けど|より|して|だけ"
    "|かつ|な|に|で|の|が|を|は|と|も|て|音楽"
)  # fmt: skip
_LATIN = re.compile("[A-Za-z]")


def _pattern(words: Iterable[str]) -> str:
    """Any of the words, the longest first, as a word of its own where its script puts spaces between words."""
    return "|".join(_one(word) for word in sorted(set(words), key=len, reverse=True))


def _one(word: str) -> str:
    letters = "".join(_letter(letter) for letter in word)
    return rf"(?<!\w){letters}(?!\w)" if _LATIN.search(word) else letters


def _letter(letter: str) -> str:
    if letter == " ":
        return r"\s+"
    bare = unicodedata.normalize("NFD", letter)[0]
    return f"[{letter}{bare}]" if _LATIN.match(bare) and bare != letter else re.escape(letter)


_MOODS = re.compile(
    "|".join(f"(?P<{name}>{_pattern(words.split('|'))})" for name, words in _WORDS.items()), re.IGNORECASE
)
_FILLER = re.compile(_pattern(_FILLERS.split("|")), re.IGNORECASE)
_LETTER = re.compile(r"\w")


def parse(words: str) -> tuple[tuple[Mood, ...], str]:
    """The moods in what somebody wrote, and the rest of it. Raises BadInput where no song can have them all."""
    names, rest = _found(words)
    return moods.of(names), rest


def asked(words: str) -> tuple[str, ...]:
    """The names of the moods where nothing is said but them and a link ("like this but sad"), none in any other text.

    "Happy, by Pharrell" is a title and no mood. Raises BadInput like :func:`parse`.
    """
    words = words.replace(links.find_link(words) or "", " ", 1)
    if len(words) > LONGEST:
        return ()
    names, rest = _found(words)
    return _checked(names) if _empty(rest) else ()


def named(words: str) -> tuple[str, ...]:
    """The names of the moods in a field for nothing else. Raises UnknownChoice, and BadInput like :func:`parse`."""
    names, rest = ((), words) if len(words) > LONGEST else _found(words)
    if len(words) > LONGEST or not _empty(rest):
        unknown = " ".join(_FILLER.sub(" ", rest[:LONGEST]).split())
        raise UnknownChoice(kind=said("mood"), value=unknown[:32], choices=", ".join(MOODS))
    return _checked(names)


def _found(words: str) -> tuple[tuple[str, ...], str]:
    text = unicodedata.normalize("NFC", words)
    names = dict.fromkeys(str(found.lastgroup) for found in _MOODS.finditer(text))
    return tuple(names), " ".join(_MOODS.sub(" ", text).split())


def _checked(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(mood.name for mood in moods.of(names))


def _empty(rest: str) -> bool:
    return not _LETTER.search(_FILLER.sub(" ", rest))
