"""The activations φ and their slopes φ′, each as two functions of arrays."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import erf, expit

Function = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Activation:
    """φ with its slope."""

    value: Function
    slope: Function


def _bell(z: np.ndarray) -> np.ndarray:
    return np.exp(-z * z / 2) / np.sqrt(2 * np.pi)


def _share(z: np.ndarray) -> np.ndarray:
    return (1 + erf(z / np.sqrt(2))) / 2


ACTIVATIONS = {
    "tanh": Activation(np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "relu": Activation(lambda z: np.maximum(z, 0.0), lambda z: (z > 0) * 1.0),
    "sigmoid": Activation(expit, lambda z: expit(z) * expit(-z)),
    "erf": Activation(erf, lambda z: 2 / np.sqrt(np.pi) * np.exp(-z * z)),
    "gelu": Activation(lambda z: z * _share(z), lambda z: _share(z) + z * _bell(z)),
}


def activation_named(name: str) -> Activation:
    """The activation of that name. ``ValueError`` where there is none."""
    if name not in ACTIVATIONS:
        raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}, got {str(name)[:40]!r}")
    return ACTIVATIONS[name]
