"""What is done once for the whole server so that a rerun costs only its own work."""

import gc

import streamlit as st
import threadpoolctl


@st.cache_resource(max_entries=64, show_spinner=False)
def settle(slug: str) -> bool:
    """Freeze what is imported by now, and leave BLAS one thread. Once per page, after the page's imports.

    Streamlit collects garbage after every rerun, at a cost that grows with every object that imports have left; frozen
    objects are not looked at. Basin's matrices are small: more BLAS threads only spin, and take the cores from the
    other sessions. Both need doing again where a page has imported more (scipy brings a BLAS of its own).
    """
    threadpoolctl.threadpool_limits(1, user_api="blas")
    gc.collect()
    gc.freeze()
    return True
