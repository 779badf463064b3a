"""The table of concepts in the two READMEs, from the catalogue, as ``python -m ui.contents.readme`` writes it."""

from pathlib import Path

from ui import catalog, text

ROOT = Path(__file__).parents[2]
FILES = {"en": ROOT / "README.md", "zh": ROOT / "README.zh.md"}
HEADS = {"en": ("concept", "claim"), "zh": ("概念", "论断")}
START, END = "<!-- concepts -->\n", "<!-- /concepts -->"


def table(language: str) -> str:
    """The concepts as a Markdown table."""
    words = text.words("common", language)
    lines = ["| | {} | {} |".format(*HEADS[language]), "| --- | --- | --- |"]
    for concept in catalog.concepts():
        section = words[f"section_short.{concept.section}"]
        lines.append(f"| {section} | {concept.title[language]} | {concept.claim[language]} |")
    return "\n".join(lines) + "\n"


def with_table(readme: str, language: str) -> str:
    """A README with the table between its two marks."""
    before, rest = readme.split(START)
    return before + START + table(language) + END + rest.split(END)[1]


def write() -> None:
    """Both tables anew."""
    for language, file in FILES.items():
        file.write_text(with_table(file.read_text(encoding="utf-8"), language), encoding="utf-8")


if __name__ == "__main__":
    write()
