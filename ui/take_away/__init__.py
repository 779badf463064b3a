"""Take it away: the link and its QR code, the Python behind the numbers, the data, the pictures, the page as one file.

Nothing is made before it is asked for: files are made on the click, from the run's record (``ui.evidence.record``).

    taken     what is taken: words, settings, link · offer   where a person takes it
    script    the Python, as a script and as a notebook · values   arguments as source
    tables    the data as CSV · pictures   a chart as a file, with its heading · drawing   charts without a browser
    offline   the whole page as one file · markdown, formulas, letters   texts without Streamlit · qr   the link drawn
"""

from ui.take_away.offer import view
from ui.take_away.taken import Taken, take

__all__ = ["Taken", "take", "view"]
