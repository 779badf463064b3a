"""The lecture plan: experiments from all pages in an order, and one link that walks through them."""

import streamlit as st

from ui.contents.overview import Contents
from ui.lecture import plan
from ui.page import shell
from ui.take_away import qr

page = Contents("plan")
words = page.words
st.markdown(f"## {words['plan.title']}\n\n{words['plan.lead']}")

steps = plan.choose(words)
plan.choose_hidden(steps, words)
if not steps:
    st.info(words["plan.empty"])
else:
    plan.order(steps, words)
    link = plan.address(steps, shell.language())
    st.markdown(f"**{words['plan.link']}**")
    st.code(link, language=None, wrap_lines=True)
    if code := qr.svg(link):
        st.html(qr.image(code, words["take.qr"], "300px"))
    with st.container(horizontal=True):
        st.button(words["plan.start"], on_click=plan.begin, args=(steps[0],), type="primary", key="plan_start")
        st.button(words["plan.leave"], on_click=plan.leave, key="plan_leave", type="tertiary")
page.end()
