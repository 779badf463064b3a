"""The contents: what the atlas is, and a card for each concept, drawn from the catalogue."""

import streamlit as st

from ui import catalog, frame

home = frame.start_home()
words = home.words
st.markdown(f"## {words['tagline']}")
st.markdown(words["home.lead"])

for section in catalog.SECTIONS:
    concepts = [concept for concept in catalog.concepts() if concept.section == section]
    if concepts:
        st.markdown(f"#### {words[f'section.{section}']}")
    for concept in concepts:
        with st.container(border=True, key=f"card_{concept.slug}"):
            picture, claim = st.columns([1, 3], vertical_alignment="center")
            with picture:
                home.thumbnail(concept)
            with claim:
                st.page_link(concept.page, label=f"**{concept.title[words.language]}**", icon=concept.icon)
                st.markdown(concept.claim[words.language])

st.markdown(f"**{words['home.legend']}**")
st.html(home.legend())
st.markdown(words["home.verdicts"])
home.end()
