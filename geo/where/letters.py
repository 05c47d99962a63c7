"""The letters of a written place in one form: digits, marks and directions of both languages."""

import re
import unicodedata

_MARKS = str.maketrans(
    dict.fromkeys("−–—‐‑", "-")
    | dict.fromkeys("º˚", "°")
    | dict.fromkeys("′’‘´`", "'")
    | dict.fromkeys("″”“", '"')
    | {
        "٫": ".",
        "٬": "",
        "،": ",",
        "؛": ";",
        "\u200c": " ",
        "\u200e": "",
        "\u200f": "",
        "ي": "ی",
        "ك": "ک",
    }
)
_WORDS = (
    (r"\b(?:latitude|longitude|lat|lon|lng|long)\b|عرض|طول|جغرافیایی", " "),
    (r"شمالی|شمال|\bnorth\b", "N"),
    (r"جنوبی|جنوب|\bsouth\b", "S"),
    (r"شرقی|شرق|خاوری|\beast\b", "E"),
    (r"غربی|غرب|باختری|\bwest\b", "W"),
    (r"درجه|\bdegrees?\b|\bdeg\b", "°"),
    (r"دقیقه|\bminutes?\b|\bmin\b", "'"),
    (r"ثانیه|\bseconds?\b|\bsec\b", '"'),
)


def plain(text: str) -> str:
    """Return ``text`` with 0-9, a point as decimal mark and one form of every mark."""
    return "".join(map(_digit, text.translate(_MARKS))).replace("''", '"').strip()


def _digit(char: str) -> str:
    return str(unicodedata.decimal(char)) if char.isdecimal() else char


def directed(text: str) -> str:
    """Return a plain text with the words of coordinates as N, S, E and W, and with its marks."""
    for words, mark in _WORDS:
        text = re.sub(words, mark, text, flags=re.IGNORECASE)
    return text
