"""The catalogue: what the cards say is complete and can be followed."""

import pytest

from ui import catalog, text

CONCEPTS = catalog.concepts()
VERDICTS = {"holds", "fails", "does not apply"}


def experiments():
    return [pytest.param(c, e, id=f"{c.slug}-{e.id}") for c in CONCEPTS for e in c.experiments]


def test_there_are_concepts_and_their_slugs_are_their_files():
    assert CONCEPTS
    assert all((text.FOLDER / f"{c.slug}.toml").exists() for c in CONCEPTS)
    assert all(catalog.concept(c.slug) is c for c in CONCEPTS)


def test_they_come_in_the_order_of_sections_and_cards():
    order = [(catalog.SECTIONS.index(c.section), c.order) for c in CONCEPTS]
    assert order == sorted(order)
    assert len(set(order)) == len(order), "two concepts ask for the same place"


def test_sections_have_names():
    words = text.words("common", "en")
    assert all(f"section.{section}" in words for section in catalog.SECTIONS)


@pytest.mark.parametrize("concept", CONCEPTS, ids=lambda c: c.slug)
def test_a_card_is_complete(concept):
    assert concept.section in catalog.SECTIONS
    assert concept.slug.isidentifier() and concept.slug == concept.slug.lower()  # it is a module, a key and a URL
    assert not concept.icon.startswith(":"), "a Material icon of the active page is fetched from the network"
    assert concept.experiments and concept.references
    assert all(r.label and r.url.startswith("https://") for r in concept.references)
    ids = [e.id for e in concept.experiments]
    assert len(set(ids)) == len(ids), "two experiments with one id"


@pytest.mark.parametrize(("concept", "experiment"), experiments())
def test_an_experiment_can_be_predicted(concept, experiment):
    if experiment.estimate:
        check, _, side = experiment.estimate.partition(".")
        assert check in experiment.verdicts and side in ("measured", "predicted")
        assert not experiment.choices and experiment.correct is None, "a choice or a number, not both"
        return
    assert len(experiment.choices) >= 2
    assert 0 <= experiment.correct < len(experiment.choices)
    for language in text.LANGUAGES:
        choices = [choice[language] for choice in experiment.choices]
        assert len(set(choices)) == len(choices), "two choices read alike"


@pytest.mark.parametrize(("concept", "experiment"), experiments())
def test_what_waits_for_the_answer_is_a_check_or_a_part_of_a_picture(concept, experiment):
    page = (text.FOLDER.parent / concept.page).read_text(encoding="utf-8")
    unknown = [name for name in experiment.waits if name not in experiment.verdicts]
    assert all(f'page.waits("{name}")' in page for name in unknown), unknown
    if experiment.estimate:
        assert experiment.estimate.partition(".")[0] in experiment.waits, "the number that is asked for is in the strip"


@pytest.mark.parametrize(("concept", "experiment"), experiments())
def test_an_experiment_claims_verdicts_that_exist(concept, experiment):
    words = text.words(concept.slug, "en")
    assert set(experiment.verdicts.values()) <= VERDICTS
    assert all(f"check.{check}" in words for check in experiment.verdicts)


def test_a_file_without_a_card_is_no_concept():
    assert "common" not in {c.slug for c in CONCEPTS}


def test_an_unknown_concept_is_an_error():
    with pytest.raises(StopIteration):
        catalog.concept("nonsense")
