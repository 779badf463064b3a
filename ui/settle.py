"""What is done once for the whole server so that a rerun costs only its own work."""

import gc
import os
import socket
from contextlib import suppress

import streamlit as st
import threadpoolctl


@st.cache_resource(max_entries=64, show_spinner=False)
def settle(slug: str) -> bool:
    """Freeze what is imported by now, and leave BLAS one thread. Once per page, after the page's imports.

    Streamlit collects garbage after every rerun, at a cost that grows with every object that imports have left; frozen
    objects are not looked at. Basin's matrices are small: more BLAS threads only spin, and take the cores from the
    other sessions. Both need doing again where a page has imported more (scipy brings a BLAS of its own).
    """
    _send_at_once()
    threadpoolctl.threadpool_limits(1, user_api="blas")
    gc.collect()
    gc.freeze()
    return True


def _send_at_once() -> None:
    """Switch off Nagle's algorithm on the server's sockets, the listening one (new ones inherit it) and those open now.

    The server leaves it on (it makes its socket without naming the protocol, and asyncio then does not recognise TCP).
    A page is dozens of small messages: every second rerun waited 40 ms for an acknowledgement that was being delayed.
    """
    port = st.get_option("server.port")
    for descriptor in os.listdir("/dev/fd") if os.path.isdir("/dev/fd") else []:
        with suppress(OSError), socket.socket(fileno=os.dup(int(descriptor))) as line:
            is_tcp = line.type == socket.SOCK_STREAM and line.family in (socket.AF_INET, socket.AF_INET6)
            if is_tcp and line.getsockname()[1] == port:
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
