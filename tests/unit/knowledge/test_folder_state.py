"""What `status` and operators are told of a knowledge folder."""

from consumer.documents.section import Trouble
from consumer.knowledge.folder_state import FolderState, lines, told
from consumer.knowledge.library import Holdings
from shared.catalogue import catalogue

EN, ZH = catalogue("en"), catalogue("zh")


def test_status_names_what_cannot_be_read_and_why() -> None:
    """Five by name, the rest by number; names of files are text, not HTML."""
    names = ["<b>.pdf", *(f"{number}.docx" for number in range(6))]
    state = FolderState(Holdings(40, dict.fromkeys(names, Trouble.PROTECTED)), to_do=3)
    assert list(lines(state, EN)) == [
        "Documents I can look into: 40.",
        "Still to be taken in: 3.",
        "Documents I cannot read: &lt;b&gt;.pdf (wants a password), 0.docx (wants a password), "
        "1.docx (wants a password), 2.docx (wants a password), 3.docx (wants a password) "
        "and 2 more.",
    ]


def test_a_folder_out_of_reach_is_said() -> None:
    """What it held is still found."""
    assert list(lines(FolderState(Holdings(2), is_missing=True), EN)) == [
        "Documents I can look into: 2.",
        "My folder of documents is out of reach; I go on with what I took in before.",
    ]


def test_every_trouble_has_a_sentence_in_both_languages() -> None:
    """None is shown as the word that we use inside."""
    for trouble in Trouble:
        assert EN.knows(f"knowledge.trouble.{trouble.value}")
        assert ZH.knows(f"knowledge.trouble.{trouble.value}")


def test_operators_are_told_the_same_in_figures() -> None:
    """A hundred names at most: the board stands in Redis."""
    troubles = {f"{number}.pdf": Trouble.EMPTY for number in range(150)}
    status = told("ops", FolderState(Holdings(7, troubles)))
    assert (status.bot_id, status.files, status.unreadable) == ("ops", 7, 150)
    assert len(status.troubles) == 100
    assert status.troubles["0.pdf"] == "empty"
