"""The link as a QR code, drawn here: no service is asked."""

import base64
import html
import io

import segno


def svg(link: str) -> str | None:
    """Dark on white in every theme, with the quiet border that readers need; None where the link is too long."""
    try:
        code = segno.make(link, error="l", micro=False)  # as small as can be, then the best error level it has room for
    except segno.DataOverflowError:
        return None
    drawn = io.BytesIO()
    code.save(drawn, kind="svg", dark="#000", light="#fff", border=4, omitsize=True, xmldecl=False)
    return drawn.getvalue().decode()


def image(code: str, told: str, size: str) -> str:
    """The code as an element of a page, at most so large."""
    source = base64.b64encode(code.encode()).decode()
    style = f"display: block; width: 100%; max-width: {size}; margin: 0 auto"
    return f'<img class="qr" style="{style}" alt="{html.escape(told)}" src="data:image/svg+xml;base64,{source}">'
