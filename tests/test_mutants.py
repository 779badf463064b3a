"""The changes that the search for tests that sleep makes: each is one place, and the file is still Python."""

import ast

from tests.mutants import ROOT, changes, drawn, files, suites_of


def test_every_change_is_another_program_of_the_same_shape():
    for file in files():
        text = (ROOT / file).read_bytes()
        for change in list(changes(file))[::7]:
            other = change.apply(text)
            assert other != text and ast.dump(ast.parse(other)) != ast.dump(ast.parse(text))
            assert other.count(b"\n") == text.count(b"\n")
            assert change.told().startswith(f"{file}:{change.line}: ")


def test_as_many_lines_are_drawn_as_are_asked_for_and_the_same_ones_again():
    one = drawn(files(), 30, seed=1)
    assert len({(change.file, change.line) for change in one}) == 30
    assert one == drawn(files(), 30, seed=1) != drawn(files(), 30, seed=2)
    assert all((ROOT / path.split("::")[0]).exists() for change in one for path in suites_of(change.file)[0])
