"""The contents: what the atlas is, and a card for each concept, drawn from the catalogue."""

import streamlit as st

from ui import catalog, frame

home = frame.start_home()
words = home.words
st.markdown(f"## {words['tagline']}")
st.markdown(words["home.lead"])

for section in catalog.SECTIONS:
    concepts = [c for c in catalog.concepts() if c.section == section]
    if not concepts:
        continue
    st.markdown(f"#### {words[f'section.{section}']}")
    for concept in concepts:
        with st.container(border=True):
            st.page_link(concept.page, label=f"**{concept.title[words.language]}**", icon=concept.icon)
            st.markdown(concept.claim[words.language])

st.markdown(f"**{words['home.legend']}**")
st.html(home.legend())
st.markdown(words["home.verdicts"])
home.end()
