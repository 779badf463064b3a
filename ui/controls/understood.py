"""What was understood of a person's file, in one line, before it is used."""

from collections.abc import Sequence

from core.data.reading import Note
from ui.text import Words

MOST_NAMED = 4  # columns of one kind
_PLACES = ("first", "second", "third")


def understood(notes: Sequence[Note], words: Words) -> str:
    """The notes of a file as a line of Markdown."""
    return words.say("understood", what=" · ".join(_said(note, words) for note in notes))


def _said(note: Note, words: Words) -> str:
    names = [quoted(name) for name in note.names]
    every = " ".join(names[:MOST_NAMED]) + (" …" if len(names) > MOST_NAMED else "")
    places = dict(zip(_PLACES, names, strict=False))
    return words.say(f"understood.{note.code}", count=note.count, all=every, **places)


def quoted(text: str) -> str:
    """A person's text as it stands: in code style nothing of it is read as Markdown, LaTeX or HTML."""
    plain = text.replace("`", "'").strip()
    return f"`{plain}`" if plain else ""
