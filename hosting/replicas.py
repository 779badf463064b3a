"""``python -m hosting.replicas`` (``make replicas``): a lecture on two replicas behind nginx, one of which is killed.

Opens a dozen browsers, each with a setting of its own, counts the sessions on each replica, kills the one that has more
of them, and asks every browser to go on: its setting must still be there, and a moved slider must be answered. Needs
Debian's nginx and the browser of the tests. Exits with 1 where a student is lost.
"""

import os
import secrets
import shutil
import statistics
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from string import Template

from playwright.sync_api import Page, sync_playwright

from bench.server import ROOT, Server, healthy
from tests.browser.browsing import launched, settled

PORT, REPLICAS, STUDENTS = 8600, (8601, 8602), 12
PATIENCE = 60  # seconds


def replica(port: int, secret: str) -> Server:
    """One server of the app. Both sign their cookies with the same secret, so that either accepts the other's."""
    return Server(port=port, environment={"STREAMLIT_SERVER_COOKIE_SECRET": secret})


@contextmanager
def nginx(folder: Path) -> Iterator[None]:
    """nginx in front of the replicas, with all that it writes in ``folder``; entered once it passes answers on."""
    program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        raise SystemExit("nginx is not installed. On Debian: apt-get install nginx-light")
    filled = Template((ROOT / "hosting" / "nginx.conf").read_text(encoding="utf-8")).safe_substitute(
        run=folder, port=PORT, first=REPLICAS[0], second=REPLICAS[1]
    )
    (folder / "nginx.conf").write_text(filled, encoding="utf-8")
    command = [program, "-c", str(folder / "nginx.conf"), "-p", str(folder), "-e", str(folder / "error.log")]
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, **quiet)
    try:
        until = time.monotonic() + PATIENCE
        while not healthy(f"http://127.0.0.1:{PORT}"):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError("nginx did not come up")
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(20)


def sessions(log: Path) -> Counter:
    """Browsers on each replica, by the cookie that nginx gave them: each asks there how to connect."""
    lines = (line.split() for line in log.read_text(encoding="utf-8").splitlines())
    asked = ((upstream, route) for upstream, _, route, path in lines if path.endswith("/_stcore/host-config"))
    where = {route: upstream.split(",")[-1].strip() for upstream, route in asked}
    return Counter(int(upstream.rsplit(":", 1)[1]) for upstream in where.values())


def slope(number: int) -> str:
    """What the student has set; none of it is what the page opens with."""
    return f"{1 + number % 3}"


def goes_on(page: Page, number: int) -> float:
    """Move another slider until it is answered; returns the seconds that took. The own setting has to be there."""
    start = time.perf_counter()
    thumb = page.locator(".st-key-lipschitz-cells input").first
    before = page.url
    while page.url == before:
        if time.perf_counter() - start > PATIENCE:
            raise RuntimeError(f"student {number} is lost")
        thumb.press("ArrowRight")
        page.wait_for_timeout(250)
    if f"slope={slope(number)}" not in page.url:
        raise RuntimeError(f"student {number} has lost the setting: {page.url}")
    return time.perf_counter() - start


def main() -> None:
    secret = secrets.token_hex(32)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        servers = {port: replica(port, secret).start() for port in REPLICAS}
        for server in servers.values():
            stack.callback(server.stop)
        stack.enter_context(nginx(folder))
        browser = launched(stack.enter_context(sync_playwright()))
        pages = []
        for number in range(STUDENTS):
            page = browser.new_context(locale="en-US").new_page()
            page.goto(f"http://127.0.0.1:{PORT}/lipschitz?slope={slope(number)}&function=sine")
            pages.append(settled(page))
        found = sessions(folder / "access.log")
        print(f"{STUDENTS} students on the replicas: {dict(found)}")
        killed = found.most_common(1)[0][0]
        servers[killed].kill()
        seconds = [goes_on(page, number) for number, page in enumerate(pages)]
        print(f"killed the replica on port {killed}, with {found[killed]} students on it")
        median, worst = statistics.median(seconds), max(seconds)
        print(f"all {STUDENTS} go on with their settings; answered again: median {median:.1f} s, worst {worst:.1f} s")
        browser.close()
        if len(found) < len(REPLICAS):
            raise SystemExit("all students were on one replica")


if __name__ == "__main__":
    main()
