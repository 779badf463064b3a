"""The glossary: the terms of all pages in both languages, generated from the text files."""

import streamlit as st

from ui.contents.overview import Contents

page = Contents("glossary")
st.markdown(f"# {page.words['glossary.title']}\n\n{page.words['glossary.lead']}")
page.terms()
page.end()
