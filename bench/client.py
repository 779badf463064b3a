"""A protocol client: a session on a running Streamlit server that moves widgets and sees every message that comes back.

It speaks the browser's protocol (protocol buffers over one websocket) without the browser, so that a hundred of them
fit on the machine that runs the server.
"""

import socket
import time
from dataclasses import dataclass

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import connect


@dataclass
class Client:
    """One session. ``widgets`` maps the id of a widget to its element, as the page last drew it."""

    port: int
    page: str = ""
    query: str = ""  # as in the address bar, without the question mark

    def __post_init__(self) -> None:
        self.widgets: dict[str, object] = {}
        self.states: dict[str, WidgetState] = {}
        self.page_hash = ""
        self.exceptions: list[str] = []
        self.bytes_received = 0
        self._cached: set[str] = set()
        self._line = line = socket.socket()
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.connect(("127.0.0.1", self.port))
        self._socket = connect(
            f"ws://127.0.0.1:{self.port}/_stcore/stream",
            subprotocols=["streamlit"],
            max_size=None,
            compression=None,
            sock=line,
            origin=f"http://127.0.0.1:{self.port}",
        )
        self.rerun()

    def rerun(self, timeout: float = 60) -> float:
        """Ask for a rerun with the present widget values and read until it is over; returns the seconds it took."""
        message = BackMsg()
        state = message.rerun_script
        state.query_string = self.query
        state.page_script_hash = self.page_hash
        state.page_name = "" if self.page_hash else self.page
        state.context_info.locale = "en-US"
        state.context_info.timezone = "UTC"
        state.widget_states.widgets.extend(self.states.values())
        start = time.perf_counter()
        self._socket.send(message.SerializeToString())
        while True:
            # The kernel's delayed acknowledgements would add 40 ms now and then that no browser's user sees.
            self._line.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            raw = self._socket.recv(timeout=timeout)
            self.bytes_received += len(raw)
            if self._read(raw):
                return time.perf_counter() - start

    def _read(self, raw: bytes) -> bool:
        """Take one message in; True where it says that the run is over."""
        forward = ForwardMsg()
        forward.ParseFromString(raw)
        return self._take(forward)

    def _take(self, forward: ForwardMsg) -> bool:
        kind = forward.WhichOneof("type")
        if kind == "new_session":
            self.page_hash = forward.new_session.page_script_hash or self.page_hash
        if kind == "navigation":
            self.page_hash = forward.navigation.page_script_hash
        if kind == "page_info_changed":
            self.query = forward.page_info_changed.query_string
        if kind == "delta" and forward.delta.WhichOneof("type") == "new_element":
            element = forward.delta.new_element
            name = element.WhichOneof("type")
            if name == "exception":
                self.exceptions.append(element.exception.message)
            content = getattr(element, name)
            if getattr(content, "id", ""):
                self.widgets[content.id] = content
        finished = forward.script_finished
        return kind == "script_finished" and finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN

    def find(self, key: str) -> object:
        """The widget with that user key."""
        for widget_id, content in self.widgets.items():
            if widget_id.endswith(f"-{key}"):
                return content
        raise KeyError(f"no widget {key!r}; there are {sorted(self.widgets)}")

    def slide(self, key: str, position: int) -> float:
        """Move a select slider to one of its positions and wait for the page; returns the seconds it took."""
        content = self.find(key)
        state = WidgetState(id=content.id)
        if content.options:
            state.string_array_value.data.append(content.options[position])
        else:
            state.double_array_value.data.append(position)
        self.states[content.id] = state
        return self.rerun()

    def close(self) -> None:
        self._socket.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
