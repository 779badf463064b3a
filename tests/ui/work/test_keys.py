"""What a result is kept under."""

import numpy as np

from core.progress import finish
from ui.work.keys import key_of


def test_equal_arguments_have_one_key_and_others_another():
    x = np.arange(6.0)
    assert key_of(finish, (x,), {"p": 0.5, "seed": 1}) == key_of(finish, (x.copy(),), {"seed": 1, "p": 0.5})
    keys = {key_of(finish, (x,), {"p": p}) for p in (0.1, 0.2)} | {key_of(key_of, (x,), {"p": 0.1})}
    assert len(keys) == 3


def test_equal_arguments_have_one_key_be_they_one_object_or_two():
    one, other = "a name", "".join(["a ", "name"])
    assert one is not other
    assert key_of(len, (one, one), {}) == key_of(len, (one, other), {}) != key_of(len, (one, "another"), {})
