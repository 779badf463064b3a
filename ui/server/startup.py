"""What the server does besides running the pages: it opens a person's browser, gets ready, and keeps calm."""

import asyncio
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from streamlit import config

from ui.server.warming import compute_ahead, draw_first_pictures, import_libraries, warm
from ui.work.settle import one_arena, one_blas_thread, short_turns


@asynccontextmanager
async def lifespan(app: object) -> AsyncIterator[None]:
    """From the server's start to its end."""
    one_arena()
    one_blas_thread()
    short_turns()
    import_libraries()
    draw_first_pictures()
    warming = asyncio.create_task(_get_ready())
    if not config.get_option("server.headless"):
        host = config.get_option("server.address") or "localhost"
        asyncio.get_running_loop().run_in_executor(
            None, webbrowser.open, f"http://{host}:{config.get_option('server.port')}"
        )
    try:
        yield
    finally:
        warming.cancel()
        with suppress(asyncio.CancelledError):
            await warming


async def _get_ready() -> None:
    await warm()
    await compute_ahead()
