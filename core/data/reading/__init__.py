"""A person's file as columns of numbers: one reader for tables and for points, whatever program wrote the file.

notices       what is wrong and where, and what was understood
encodings     bytes to text
separators    text to rows of cells: separators, quotes, comments, blank lines
numerals      cells to numbers: decimal and thousands marks, decided for the whole file
sheet         rows of one length below their titles
columns       what each column is: numbers, one of two words, words, a count of the rows, nothing

Nothing of a file is run or unpickled. Time and memory are bounded by the bytes and the rows that are allowed.
"""

from core.data.reading.columns import LARGEST, Column, columns, one_name, two, wrong
from core.data.reading.notices import Note, Problem, Unreadable, shown
from core.data.reading.numerals import MISSING, Numerals, plain
from core.data.reading.sheet import Sheet, sheet

__all__ = [
    "LARGEST", "MISSING", "Column", "Note", "Numerals", "Problem", "Sheet", "Unreadable", "columns", "one_name",
    "plain", "sheet", "shown", "two", "wrong",
]  # fmt: skip
