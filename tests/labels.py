"""What a control writes for a person, read as a number again."""

from charts.common import SUPERSCRIPTS


def number_of(label: str) -> float:
    """The number that a slider writes for a person: 0.5, 10⁻⁵ or 2.8·10⁻⁷."""
    factor, power, exponent = label.rpartition("10" if set(label) & set(SUPERSCRIPTS.values()) else "\n")
    if not power:
        return float(label)
    plain = {small: usual for usual, small in SUPERSCRIPTS.items()}
    return float(f"{factor.removesuffix('·') or 1}e{''.join(plain[sign] for sign in exponent)}")
