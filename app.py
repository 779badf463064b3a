"""Basin: an atlas of deep-learning theory that you can play with. Run with ``streamlit run app.py``.

Streamlit imports this file once, for the server, and runs it as a script for each run of a page.
"""

import streamlit as st

if __name__ != "__main__":
    from ui.page import calm
    from ui.server import startup

    app = st.App(__file__, lifespan=startup.lifespan, on_script_error=calm.down)
else:
    from ui import catalog, text
    from ui.lecture import plan
    from ui.page import shell

    shell.tools()
    language = shell.language()
    words = text.words("common", language)

    pages: dict[str, list] = {"": [st.Page("pages/home.py", title=words["home_title"], default=True)]}
    for concept in catalog.concepts():
        page = st.Page(concept.page, title=concept.title[language], icon=concept.icon, url_path=concept.slug)
        pages.setdefault(words[f"section_short.{concept.section}"], []).append(page)
    for name, section, icon in (("plan", "teach", "📋"), ("glossary", "reference", "🔤")):
        page = st.Page(f"pages/{name}.py", title=words[f"{name}_title"], icon=icon, url_path=name)
        pages.setdefault(words[section], []).append(page)
    navigation = st.navigation(pages)
    shell.configure("" if navigation == pages[""][0] else navigation.title)
    plan.travel()
    navigation.run()
