"""What the pictures of signals say in words: numbers put into the texts of the concept."""

import numpy as np

from core.signal_propagation import FORMATS, Ensemble, Named, Pair, Phases, Probe, RoundingMap, Signal

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
SEEN = 0.05  # the share of zeros from which a gradient is said to be frozen


def power(exponent: float) -> str:
    """2 to that power, as it is written."""
    return "2" + f"{round(float(exponent))}".translate(RAISED)


def readout(signal: Signal, words) -> list[str]:
    """Of each layer below the output: where it is, and how many of its entries are 0 in the format."""
    if signal.setup.format == "fp64":
        return [words.say("readout_plain", place=place) for place in range(len(signal.zeros))]
    finite = np.isfinite(signal.kept).all(axis=1)
    return [
        words.say("readout", place=place, zeros=f"{share:.0%}")
        if finite[place]
        else words.say("readout_infinite", place=place)
        for place, share in enumerate(signal.zeros.tolist())
    ]


def pad_told(phases: Phases, here: tuple[float, float], chi: float, words) -> str:
    """Where the network is, and on which side."""
    side = "vanishes" if chi < 1 else "explodes"
    return words.say("alt_pad", weight=here[0], bias=here[1], chi=chi, side=words[f"zone.{side}"],
                     share=f"{np.mean(phases.log_factor < 0):.0%}")  # fmt: skip


def decay_told(signal: Signal, words) -> str:
    """Where the gradient begins and ends, and where it dies."""
    said = words.say("alt_decay", depth=signal.setup.depth, end=_size(float(signal.rms[-1])),
                     theory=power(signal.theory.log_square[-1] / 2 / np.log(2)))  # fmt: skip
    if signal.setup.format == "fp64":
        return said
    return f"{said} {format_told(signal, words)}"


def format_told(signal: Signal, words) -> str:
    """What became of the gradient in the format, in a sentence."""
    name = words[f"format.{signal.setup.format}"]
    gone = np.flatnonzero(signal.zeros == 1)
    if signal.overflowed:
        place = int(np.flatnonzero(~np.isfinite(signal.kept).all(axis=1))[0])
        return words.say("fate.overflowed", format=name, place=place)
    if len(gone):
        return words.say("fate.gone", format=name, place=int(gone[0]))
    if signal.zeros[-1] > SEEN and 0 < signal.expected.rest.variance < np.inf:
        level = float(signal.kept_rms[-1] / signal.expected.unit)
        return words.say("fate.frozen", format=name, level=level, cosine=cosine(signal))
    return words.say("fate.alive", format=name, zeros=f"{signal.zeros[-1]:.0%}")


def cosine(signal: Signal) -> float:
    """Between the gradient at the input in the format and in double precision."""
    exact, kept = (of[-1] / max(np.abs(of[-1]).max(), 1e-300) for of in (signal.gradient, signal.kept))
    return float(exact @ kept / max(np.linalg.norm(exact) * np.linalg.norm(kept), 1e-300))


def _size(size: float) -> str:
    return power(np.log2(size)) if size > 0 else "0"


def entries_told(signal: Signal, words) -> str:
    """The share of zeros at the input."""
    return words.say("alt_entries", zeros=f"{signal.zeros[-1]:.0%}", depth=signal.setup.depth)


def facts(signal: Signal, chi: float, words) -> str:
    """χ₁ and the network in a line."""
    setup = signal.setup
    if setup.is_lsuv:
        weight = float(signal.weight_std[-1] ** 2)
        return words.say("facts_lsuv", chi=chi, width=setup.width, weight=weight)
    return words.say("facts", chi=chi, width=setup.width, length=signal.input_length)


def formats_told(words) -> str:
    """Each format's ends, a line each."""
    lines = [
        words.say(
            "format_line", format=words[f"format.{name}"], smallest=power(np.log2(kind.smallest)),
            normal=power(np.log2(kind.normal)), largest=float(kind.largest),
        )
        for name, kind in FORMATS.items() if name != "fp64"
    ]  # fmt: skip
    return "\n".join(lines)


def pair_told(found: Pair, words) -> str:
    """Where two inputs end."""
    return words.say(
        "alt_pair", rest=found.rest, start=float(found.correlation_path[0]), theory=float(found.correlation_path[-1]),
        measured=float(found.measured_correlation[-1]), layers=len(found.correlation_path),
    )  # fmt: skip


def rounding_told(found: RoundingMap, words) -> str:
    """Whether it dies, and the threshold."""
    dies = found.chi <= found.threshold
    text = "alt_rounding_dies" if dies else "alt_rounding_lives"
    return words.say(text, chi=found.chi, threshold=found.threshold, v=float(found.path[-1]))


def probes_told(found: tuple[Probe, ...], words) -> str:
    """What this machine keeps, a line for each format."""
    lines = []
    for name in dict.fromkeys(probe.format for probe in found):
        kept = [
            words[f"probe.{'kept' if p.keeps else 'flushed'}"] + f" (n = {p.size})" for p in found if p.format == name
        ]
        lines.append(f"- **{words[f'format.{name}']}**: " + " · ".join(kept))
    return "\n".join(lines)


def names_told(found: tuple[Named, ...], words) -> str:
    """Each initialisation with its factor."""
    return " · ".join(
        words.say("names_line", name=words[f"named.{one.name}"], measured=one.check.measured,
                  predicted=one.check.predicted)
        for one in found
    )  # fmt: skip


def scatter_told(found: Ensemble, words) -> str:
    """The spread at the last layer, and both mean gradients."""
    return words.say(
        "alt_scatter", networks=found.networks, width=found.width, layers=len(found.spread) - 1,
        spread=float(found.spread[-1]), predicted=5 * (len(found.spread) - 1) / found.width,
        random=found.random, ones=found.ones,
    )  # fmt: skip
