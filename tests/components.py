"""AppTest plays a server that has just started, in every test; one that has started looks for components no more.

Streamlit reads the description of every installed package for that: more than half of the time that a page's run took.
"""

from functools import cache

from streamlit.components.v2 import manifest_scanner


def look_for_them_once() -> None:
    """For the whole run."""
    if not hasattr(manifest_scanner.scan_component_manifests, "cache_info"):
        manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
