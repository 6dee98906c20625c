"""Names as weapons, and names of musicians."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.fronts.discord.text import harmless
from bot.text import NOTHING, fitting, link, plain
from tests.bot.fronts.discord.drawings import ADDRESSES, WEAPONS, formatting, hides, names

_ZWSP = "\u200b"


@pytest.mark.parametrize(
    "name",
    [
        "AC/DC", "P!nk", "deadmau5", "Sigur Rós", "Guns N’ Roses", "blink-182", "Ke$ha", "will.i.am", "Ænima",
        "100 gecs", "1975", "Tones & I", "Earth, Wind & Fire", "“Heroes”", "初音ミク", "방탄소년단", "Кино",
        "فيروز", "אביב גפן",
        "می\u200cخواهم", "नमस्ते", "สวัสดี", "Ngọc", "Se\u0301bastien",
        "❤️\u200d🔥", "👩\u200d💻", "🏴", "\U0001fae8", "!!!",
    ],
)  # fmt: skip
def test_musicians_keep_their_names(name: str) -> None:
    assert harmless(name, 80) == name
    assert plain(name, 80) == name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("@everyone", f"@{_ZWSP}everyone"),
        ("<@1>", rf"\<@{_ZWSP}1\>"),
        ("<@&1>", rf"\<@{_ZWSP}&1\>"),
        ("<#1>", r"\<#1\>"),
        ("</cmd:1>", r"\</cmd:1\>"),
        ("<t:1>", r"\<t:1\>"),
        ("<:e:1>", r"\<:e:1\>"),
        ("[a](b)", r"\[a\]\(b\)"),
        ("`x`", r"\`x\`"),
        ("||x||", r"\|\|x\|\|"),
        ("M_A_N*", r"M\_A\_N\*"),
        ("a\\", r"a\\"),
        ("# x", r"\# x"),
        ("-# x", r"\-# x"),
        ("> x", r"\> x"),
        ("+44", r"\+44"),
        ("12. x", r"12\. x"),
        ("a # b - c", "a # b - c"),
        ("https://x.example", f"https:{_ZWSP}//x.example"),
        ("Discord.GG/x", f"Discord.{_ZWSP}GG/x"),
        ("discord. Live", "discord. Live"),
        ("a\nb\r\nc\u2028d\te", "a b c d e"),
        ("  a \u3164 b ", "a b"),
        ("\u202ea\u2066b\u200ec\u200bd\x00e\ufefff", "abcdef"),
        ("a\u200db", "ab"),
        ("é\u200db", "éb"),
        ("\u200dé\u200d\u200d", "é"),
        ("Z" + "\u0301\u200b" * 50, "Z" + "\u0301" * 4),
        ("\u0301\u0301x \u0301y", "x y"),
        ("", NOTHING),
        (" \u200b\u3164\n", NOTHING),
        ("\u0301\ufe0f", NOTHING),
    ],
)
def test_a_weapon_is_blunt(name: str, shown: str) -> None:
    assert harmless(name, 80) == shown


@pytest.mark.parametrize(
    ("name", "limit", "shown"),
    [
        ("abcde", 5, "abcde"),
        ("abcdef", 5, "abcd…"),
        ("abc def", 5, "abc…"),
        ("****", 8, r"\*\*\*\*"),
        ("*****", 8, r"\*\*\*…"),
        ("abe\u0301", 3, "ab…"),
        ("ab👩\u200d💻", 4, "ab…"),
        ("ab👍🏽c", 4, "ab…"),
        ("x" * 300, 1, "…"),
        ("1" * 300 + ". x", 5, "1111…"),
    ],
)
def test_a_long_name_is_cut_where_it_hurts_least(name: str, limit: int, shown: str) -> None:
    assert harmless(name, limit) == shown


def test_a_label_is_not_escaped_but_shows_nothing_hidden() -> None:
    assert plain("*\u202eb*\n<@1>", 80) == "*b* <@1>"
    assert plain("abcdef", 5) == "abcd…"
    assert plain("\u2066", 5) == NOTHING


@given(names, st.integers(1, 200))
def test_any_name_fits_and_neither_formats_nor_pings_nor_hides(name: str, limit: int) -> None:
    shown = harmless(name, limit)
    assert 1 <= len(shown) <= limit
    assert 1 <= len(plain(name, limit)) <= limit
    assert not formatting(shown)
    assert "@" not in shown.replace(f"@{_ZWSP}", "")
    assert not hides(shown) and not hides(plain(name, limit))


@pytest.mark.parametrize("name", WEAPONS)
def test_every_weapon_is_blunt_in_the_middle_of_a_line_too(name: str) -> None:
    shown = harmless(f"a {name} b", 2000)
    assert not formatting(shown)
    assert "@" not in shown.replace(f"@{_ZWSP}", "")
    assert not hides(shown)


def test_an_address_is_taken_whole_or_not_at_all() -> None:
    good = "https://pictures.example/1.jpg"
    assert [url for url in ADDRESSES if link(url, 2048)] == [good]
    assert link("https://www.youtube.com/@someone/(a)_b?q=1#2", 512) == "https://www.youtube.com/@someone/(a)_b?q=1#2"
    assert link("https://me:secret@evil.example/", 512) == ""
    assert link(good, len(good)) == good
    assert link(good, len(good) - 1) == ""


def test_lines_are_left_out_whole() -> None:
    assert fitting("one\ntwo\nsix", 11) == "one\ntwo\nsix"
    assert fitting("one\ntwo\nsix", 10) == "one\ntwo\n…"
    assert fitting("one\ntwo\nsix", 8) == "one\n…"
    assert fitting("onetwosix", 8) == "onetwos…"
