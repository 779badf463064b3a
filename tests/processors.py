"""The tests with the arithmetic of other processors: ``python -m tests.processors [--others] [what pytest takes]``.

OpenBLAS has a kernel for each kind of processor, and each adds in its own order; ``OPENBLAS_CORETYPE`` chooses one. One
that this processor has no instructions for is left out, and so is this processor's own with ``--others``.
"""

import os
import subprocess
import sys

KERNELS = ("SkylakeX", "Haswell", "Nehalem")  # with AVX-512, with AVX2, with neither
# OpenBLAS takes the name on trust: what can't be run ends the process at the first product.
PROBE = """
import numpy as np, scipy.linalg, threadpoolctl
for kind in (np.float32, np.float64):
    a = np.eye(100, dtype=kind) + 0.001
    a @ a, a @ a[0], scipy.linalg.cho_factor(a), scipy.linalg.qr(a)
print(*{blas["architecture"] for blas in threadpoolctl.threadpool_info() if blas["internal_api"] == "openblas"})
"""


def environment(kernel: str | None) -> dict[str, str]:
    """Ours, with that kernel; without one, the processor's own."""
    own = {name: value for name, value in os.environ.items() if name != "OPENBLAS_CORETYPE"}
    return own | ({"OPENBLAS_CORETYPE": kernel} if kernel else {})


def kernel_in_use(kernel: str | None = None) -> str | None:
    """The kernel that OpenBLAS computes with when it is asked for that one; None where it can't."""
    probe = subprocess.run([sys.executable, "-c", PROBE], env=environment(kernel), capture_output=True, text=True)
    return probe.stdout.strip() if probe.returncode == 0 else None


def main(arguments: list[str]) -> int:
    """Test with each kernel; 1 if any test failed."""
    own, failed = kernel_in_use(), False
    asked = [kernel for kernel in KERNELS if "--others" not in arguments or kernel != own]
    command = [sys.executable, "-m", "pytest", *(word for word in arguments if word != "--others")]
    for kernel in asked:
        if kernel_in_use(kernel) != kernel:
            print(f"{kernel}: left out, this processor ({own}) can't run it.", flush=True)
            continue
        print(f"{kernel}: {'this processor' if kernel == own else f'on a processor that is {own}'}", flush=True)
        failed |= subprocess.run(command, env=environment(kernel)).returncode != 0
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
