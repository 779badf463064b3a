"""Bytes to text: UTF-8, UTF-16 where its mark says so, and what older programs write.

Bytes that are not UTF-8 are Chinese where all of them pair up in GB 2312, two bytes from A1 on for each character, and
most of these are common ones (the first byte is at most D7; "öß" would be a rare one), and Windows-1252 otherwise. A
file with control characters is no text.
"""

import codecs
import re
from contextlib import suppress

from core.data.reading.notices import Problem, Unreadable

LAST_COMMON = 0xD7  # first byte of the characters of the first level of GB 2312, and of its punctuation
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")


def text_of(data: bytes) -> tuple[str, str]:
    """The text with one kind of line end, and the name of its encoding. ``Unreadable`` where it is none."""
    text, encoding = _decoded(data)
    text = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\x1a")
    if wrong := ("\x00" in text and re.search("\x00", text)) or (encoding != "UTF-8" and _CONTROL.search(text)):
        raise Unreadable([Problem("not_text", text[: wrong.start()].count("\n") + 1)])
    return text, encoding


def _decoded(data: bytes) -> tuple[str, str]:
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return (data.decode("utf-16"), "UTF-16") if marked else (data.decode("utf-8-sig"), "UTF-8")
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
    if not marked and _is_chinese(data):
        return data.decode("gb2312"), "GB 2312"
    if not marked:
        with suppress(UnicodeDecodeError):
            return data.decode("cp1252"), "Windows-1252"
    raise Unreadable([Problem("not_text", row)])


def _is_chinese(data: bytes) -> bool:
    try:
        signs = [sign.encode("gb2312")[0] for sign in data.decode("gb2312") if not sign.isascii()]
    except UnicodeDecodeError:
        return False
    return sum(first <= LAST_COMMON for first in signs) * 2 > len(signs)
