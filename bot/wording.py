"""``make words``: finds every sentence in the code and keeps the catalogues of translations in step with them.

What is new waits for its translation, what is gone goes; nothing in the files changes but with the sentences.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from bot.words import FOLDER, LANGUAGES

_ROOT = Path(__file__).parents[1]
#: The functions whose first literal arguments are sentences, or their singular and plural.
_KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "locale_str": None,
    "say": None,
    "many": (1, 2),
    "said": None,
    "Said": None,
    "counted": (1, 2),
    "mark": None,
    "marks": (1, 2),
}
# No dates, names or programs: they would differ after every run.
_HEADER = """msgid ""
msgstr ""
"Language: {language}\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms}\\n"

"""


def extracted() -> Catalog:
    """Every sentence in the code, with the files where it stands."""
    found = Catalog()
    for package in ("bot", "core", "workers"):
        for file, line, message, _, _ in extract_from_dir(_ROOT / package, keywords=_KEYWORDS):
            found.add(message, locations=[(f"{package}/{file}", line)])
    return found


def catalogue(language: str) -> Catalog:
    """The translations of a language as they are kept; empty for a new one."""
    file = FOLDER / f"{language}.po"
    return read_po(BytesIO(file.read_bytes() if file.exists() else b""), locale=language)


def written(translations: Catalog) -> bytes:
    """The file of a catalogue, its sentences in order of their English."""
    header = _HEADER.format(language=translations.locale_identifier, plural_forms=translations.plural_forms)
    file = BytesIO(header.encode())
    file.seek(0, 2)
    write_po(
        file, translations, width=0, omit_header=True, sort_output=True, ignore_obsolete=True, include_lineno=False
    )
    return file.getvalue()


def main() -> None:
    """Brings the file of every language up to date."""
    FOLDER.mkdir(exist_ok=True)
    sentences = extracted()
    for language in LANGUAGES[1:]:
        translations = catalogue(language)
        translations.update(sentences, no_fuzzy_matching=True)
        (FOLDER / f"{language}.po").write_bytes(written(translations))


if __name__ == "__main__":
    main()
