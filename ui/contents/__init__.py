"""The pages about all concepts: contents, search, map, glossary, and the READMEs' table."""
