"""The tests under other kernels: each that this processor can run is run, and a failure under any of them counts."""

import platform
from types import SimpleNamespace

import pytest

from tests import processors
from tests.processors import kernel_in_use, main


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="the kernels are those of x86 processors")
def test_openblas_computes_with_the_kernel_that_is_asked_for_or_not_at_all():
    assert kernel_in_use("Nehalem") == "Nehalem", "every one of the last fifteen years can"
    assert kernel_in_use("Pentium") != "Pentium", "no name is taken for granted"
    assert kernel_in_use() is not None


@pytest.mark.parametrize(("more", "tested"), [([], ["Haswell", "Nehalem"]), (["--others"], ["Nehalem"])])
@pytest.mark.parametrize(("failing", "status"), [(None, 0), ("Nehalem", 1)])
def test_what_cannot_be_run_is_left_out_in_words(more, tested, failing, status, monkeypatch, capsys):
    ran = []

    def run(command, env):
        assert command[2:] == ["pytest", "-m", "delicate"]
        ran.append(env["OPENBLAS_CORETYPE"])
        return SimpleNamespace(returncode=int(ran[-1] == failing))

    monkeypatch.setattr(processors, "kernel_in_use", lambda asked="Haswell": None if asked == "SkylakeX" else asked)
    monkeypatch.setattr(processors.subprocess, "run", run)
    assert main([*more, "-m", "delicate"]) == status
    assert ran == tested
    assert "SkylakeX: left out, this processor (Haswell) can't run it." in capsys.readouterr().out
