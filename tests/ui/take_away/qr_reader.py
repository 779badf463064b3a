"""Reads a QR code from its SVG as a telephone would, but for the errors: there are none on a screen.

Written from ISO/IEC 18004 and from nothing of the library that draws: where the patterns are, format bits, mask, the
way of the bits, the order of the blocks, segments of bytes.
"""

import re
from collections.abc import Iterator

import numpy as np

LEVELS = {1: "L", 0: "M", 3: "Q", 2: "H"}
ALIGNMENT = {2: [6, 18], 3: [6, 22], 4: [6, 26], 5: [6, 30], 6: [6, 34], 7: [6, 22, 38], 8: [6, 24, 42], 9: [6, 26, 46]}
ALIGNMENT |= {10: [6, 28, 50], 11: [6, 30, 54], 12: [6, 32, 58], 13: [6, 34, 62]}
BLOCKS = {  # bytes of data in each block, by version and level
    1: {"L": [19], "M": [16], "Q": [13], "H": [9]},
    2: {"L": [34], "M": [28], "Q": [22], "H": [16]},
    3: {"L": [55], "M": [44], "Q": [17] * 2, "H": [13] * 2},
    4: {"L": [80], "M": [32] * 2, "Q": [24] * 2, "H": [9] * 4},
    5: {"L": [108], "M": [43] * 2, "Q": [15] * 2 + [16] * 2, "H": [11] * 2 + [12] * 2},
    6: {"L": [68] * 2, "M": [27] * 4, "Q": [19] * 4, "H": [15] * 4},
    7: {"L": [78] * 2, "M": [31] * 4, "Q": [14] * 2 + [15] * 4, "H": [13] * 4 + [14]},
    8: {"L": [97] * 2, "M": [38] * 2 + [39] * 2, "Q": [18] * 4 + [19] * 2, "H": [14] * 4 + [15] * 2},
    9: {"L": [116] * 2, "M": [36] * 3 + [37] * 2, "Q": [16] * 4 + [17] * 4, "H": [12] * 4 + [13] * 4},
    10: {"L": [68] * 2 + [69] * 2, "M": [43] * 4 + [44], "Q": [19] * 6 + [20] * 2, "H": [15] * 6 + [16] * 2},
    11: {"L": [81] * 4, "M": [50] + [51] * 4},
    12: {"L": [92] * 2 + [93] * 2, "M": [36] * 6 + [37] * 2},
    13: {"L": [107] * 4, "M": [37] * 8 + [38]},
}
MASKS = [
    lambda i, j: (i + j) % 2 == 0,
    lambda i, j: i % 2 == 0,
    lambda i, j: j % 3 == 0,
    lambda i, j: (i + j) % 3 == 0,
    lambda i, j: (i // 2 + j // 3) % 2 == 0,
    lambda i, j: i * j % 2 + i * j % 3 == 0,
    lambda i, j: (i * j % 2 + i * j % 3) % 2 == 0,
    lambda i, j: ((i + j) % 2 + i * j % 3) % 2 == 0,
]


def read(svg: str) -> str:
    """What the code says."""
    dark = modules(svg)
    version = (len(dark) - 17) // 4
    bits = [int(dark[8, j]) for j in (0, 1, 2, 3, 4)]
    form = int("".join(map(str, bits)), 2) ^ 0b10101  # level and mask, under the mask that all formats have
    level, mask = LEVELS[form >> 3], MASKS[form & 7]
    stream = "".join(str(int(dark[i, j] ^ mask(i, j))) for i, j in path(version))
    words = [int(stream[k : k + 8], 2) for k in range(0, len(stream) - 7, 8)]
    return "".join(segments(in_order(words, BLOCKS[version][level]), version))


def modules(svg: str) -> np.ndarray:
    """The dark squares, without the border, from a path of horizontal strokes."""
    side = int(re.search(r'viewBox="0 0 (\d+) \1"', svg)[1])
    dark = np.zeros((side, side), bool)
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([^Mmhz]*)", re.search(r'stroke="#000" d="([^"]*)"', svg)[1]):
        values = [float(n) for n in re.findall(r"-?[\d.]+", numbers)]
        if command == "h":
            dark[int(y), int(x) : int(x + values[0])] = True
            x += values[0]
        else:
            x, y = values if command == "M" else (x + values[0], y + values[1])
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    assert min(rows[0], columns[0], side - 1 - rows[-1], side - 1 - columns[-1]) >= 4, "a reader needs a quiet border"
    return dark[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def path(version: int) -> Iterator[tuple[int, int]]:
    """The places of the bits: up and down in pairs of columns from the right, around the patterns."""
    side = 17 + 4 * version
    taken = np.zeros((side, side), bool)
    taken[:9, :9] = taken[:9, -8:] = taken[-8:, :9] = True
    taken[6, :] = taken[:, 6] = True
    centres = ALIGNMENT.get(version, [])
    for i in centres:
        for j in centres:
            if (i, j) not in ((6, 6), (6, centres[-1]), (centres[-1], 6)):
                taken[i - 2 : i + 3, j - 2 : j + 3] = True
    if version >= 7:
        taken[:6, -11:-8] = taken[-11:-8, :6] = True
    right, upwards = side - 1, True
    while right > 0:
        right -= right == 6
        for i in range(side - 1, -1, -1) if upwards else range(side):
            yield from ((i, j) for j in (right, right - 1) if not taken[i, j])
        right, upwards = right - 2, not upwards


def in_order(words: list[int], blocks: list[int]) -> bytes:
    """The blocks one after another; in the code, their first bytes come first, then their second ones."""
    made = [[] for _ in blocks]
    rest = iter(words)
    for k in range(max(blocks)):
        for block, size in zip(made, blocks, strict=True):
            if k < size:
                block.append(next(rest))
    return bytes(word for block in made for word in block)


def segments(data: bytes, version: int) -> Iterator[str]:
    bits = "".join(f"{byte:08b}" for byte in data)
    at = 0

    def take(count: int) -> int:
        nonlocal at
        at += count
        return int(bits[at - count : at], 2)

    while at + 4 <= len(bits) and (mode := take(4)):
        if mode == 7:  # which letters the bytes are
            assert take(8) == 26, "UTF-8"
            continue
        assert mode == 4, f"a link is bytes, got mode {mode}"
        length = take(8 if version < 10 else 16)
        yield bytes(take(8) for _ in range(length)).decode("utf-8")
