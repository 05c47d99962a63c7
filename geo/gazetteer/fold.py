"""One form of a name for all its spellings, used when a name is kept and when it is sought.

``fold`` takes away what a writer does not mean: Arabic forms of Persian letters, hamza, vowel
marks, joins, spaces, capitals and accents, and which of the three kinds of digits it is. ``sound``
goes on and makes letters alike that Persian speaks alike, which are its commonest mistakes.
"""

import re
import unicodedata

_LETTERS = str.maketrans(
    dict.fromkeys("يىےېۍئ", "ی")
    | dict.fromkeys("كڪګ", "ک")
    | dict.fromkeys("ةەھہۀۂۃ", "ه")
    | dict.fromkeys("أإآٱٲٳ", "ا")
    | dict.fromkeys("ؤۆۇ", "و")
    | dict.fromkeys("ءـ", "")
)
_SOUNDS = str.maketrans("ثصطظضذحغع", "سستزززهقا")
_KINDS = "روستا روستای دهکده شهر شهرک شهرستان بخش محله محلهٔ village town city county"
_SEPARATORS = re.compile(r"[\s\u200c\-–_،,.()/]+")


def fold(text: str) -> str:
    """Return ``text`` as letters and digits alone, in one form; ``""`` when it has none."""
    folded = _fold_once(text)
    while (again := _fold_once(folded)) != folded:
        folded = again
    return folded


def _fold_once(text: str) -> str:
    """Take apart what is joined, so that marks fall away; some letters need it a second time."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(map(_kept, apart.translate(_LETTERS)))


def _kept(char: str) -> str:
    if char.isdecimal():
        return str(unicodedata.decimal(char))
    return char if char.isalnum() else ""


def sound(folded: str) -> str:
    """Return a folded name with letters that sound alike made one."""
    return folded.translate(_SOUNDS)


def asked(text: str) -> list[str]:
    """Return what to seek for ``text``: its fold and that of each part between commas, also
    without «روستای …» where one begins so.
    """
    parts = [text, *re.split("[,،؛;]", text)]
    keys = [fold(form) for part in parts for form in (part, _without_kind(part))]
    return list(dict.fromkeys(key for key in keys if key))


def _without_kind(text: str) -> str:
    kind, *name = [word for word in _SEPARATORS.split(text) if word] or [""]
    return " ".join(name) if fold(kind) in _FOLDED_KINDS else ""


_FOLDED_KINDS = {fold(word) for word in _KINDS.split()}
