"""The contents: what the atlas is, where to start, a card for each concept, and how they connect."""

import streamlit as st

from ui import catalog
from ui.contents.overview import ROW, Contents
from ui.live import sight

home = Contents("home")
words = home.words

with st.container(key="head"):
    with st.container(key="about"):
        st.markdown(f"# {words['tagline']}")
        st.markdown(words["home.lead"])
        home.search()
    with st.container(key="start", border=True):
        home.start()

# The words first, so that nobody waits for a picture.
places = {}
with st.container(key="cards"):
    for concept in catalog.concepts():
        with st.container(border=True, key=f"card_{concept.slug}"):
            with st.container(key=f"thumbnail_place_{concept.slug}"):
                places[concept.slug] = st.empty()
            st.caption(words[f"section_short.{concept.section}"])
            st.page_link(concept.page, label=f"**{concept.title[home.language]}**")
            st.markdown(concept.claim[home.language])
    with st.container(border=True, key="card_legend"):
        st.markdown(f"**{words['home.legend']}**")
        st.html(home.legend())

st.markdown(f"## {words['home.map']}\n\n{words['home.map_lead']}")
home.connections()

drawn = sight.seen(list(places), at_once=ROW)
for slug in places.keys() - set(drawn):
    places[slug].html(sight.place(slug))
sight.watch(list(places), drawn)
home.end()
for slug in drawn:
    home.thumbnail(catalog.concept(slug), places[slug])
