"""What a result hangs on besides its arguments: the code of ``core``, and the libraries that it computes with.

Results that are kept on disk, or come from another machine, are of use only where this is the same.
"""

import hashlib
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
LIBRARIES = ("numpy", "scipy", "scikit-learn", "torch")


@cache
def fingerprint(folder: Path = HERE) -> str:
    """Another one as soon as a source, a library or Python is another. 64 hexadecimal digits."""
    told = hashlib.sha256(platform.python_version().encode())
    for name in LIBRARIES:
        told.update(f"\0{name} {version(name)}".encode())
    for path in sorted(folder.rglob("*.py")):
        source = path.read_bytes()
        told.update(f"\0{path.relative_to(folder).as_posix()} {len(source)}\0".encode())
        told.update(source)
    return told.hexdigest()
