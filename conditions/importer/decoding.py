"""Bytes to characters: UTF-8 (with or without mark), UTF-16 with mark, and Windows-1252 where it makes sense."""

import codecs
import re

from .blocks import Unreadable

# What Windows writes beyond ASCII in an English text. Anything else says that the bytes are of another encoding.
WINDOWS_CHARACTERS = set("€‚ƒ„…†‡ˆ‰‹‘’“”•–—˜™›\xa0¡¢£¥§©ª«¬\xad®°±²³´µ¶·¹º»¼½¾¿×÷ŒœŠšŽžŸ")
UTF_8_PAIR = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
BINARY = re.compile(rb"[\x00-\x08\x0e-\x1a]")


def decoded(data):
    """Return (characters, remark); the remark names the encoding where it had to be guessed, else it is empty.

    Raises Unreadable for binary data and for text in any other encoding, with the line of the first odd byte.
    """
    if data.startswith(codecs.BOM_UTF8):
        return _strictly(data[3:], "utf-8", "UTF-8"), ""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        characters = _strictly(data, "utf-16", "UTF-16")
        odd = re.search("[\x00-\x08\x0e-\x1a]", characters)
        if odd:
            raise Unreadable("this is not a text file", f"line {characters.count(chr(10), 0, odd.start()) + 1}")
        return characters, ""
    odd = BINARY.search(data)
    if odd:
        if _is_unmarked_utf_16(data):
            raise Unreadable("this looks like UTF-16 without its byte order mark; save the file as UTF-8")
        raise Unreadable("this is a binary file, not a text", _line(data, odd.start()))
    try:
        return data.decode("utf-8"), ""
    except UnicodeDecodeError as error:
        characters = _windows(data)
        if characters is None:
            raise Unreadable("the encoding is not UTF-8; save the file as UTF-8", _line(data, error.start)) from error
        return characters, "The file is not in UTF-8; it was read as Windows-1252. Check its quotes and accents."


def _is_unmarked_utf_16(data):
    """Whether one half of the bytes, every other one, is zero for the most part, and the other half is text."""
    halves = (data[::2], data[1::2])
    return any(zeros.count(0) * 2 > len(zeros) and not BINARY.search(text) for zeros, text in (halves, halves[::-1]))


def _strictly(data, codec, name):
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise Unreadable(f"the file says it is {name} but is not", _line(data, error.start)) from error


def _line(data, place):
    return f"line {data.count(bytes([10]), 0, place) + 1}"


def _windows(data):
    """The characters if `data` is plausibly Windows-1252, else None."""
    if UTF_8_PAIR.search(data):
        return None
    try:
        characters = data.decode("cp1252")
    except UnicodeDecodeError:
        return None
    beyond = [character for character in characters if ord(character) > 127]
    if len(beyond) > len(characters) / 10:
        return None
    if any(character not in WINDOWS_CHARACTERS and not "À" <= character <= "ÿ" for character in beyond):
        return None
    if re.search("[À-ÖØ-öø-ÿ]{3}", characters):
        return None
    return characters
