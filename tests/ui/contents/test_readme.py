import pytest

from ui.contents import readme


@pytest.mark.parametrize("language", readme.FILES)
def test_the_table_of_concepts_is_the_catalogues(language):
    written = readme.FILES[language].read_text(encoding="utf-8")
    assert written == readme.with_table(written, language), "run python -m ui.contents.readme"
