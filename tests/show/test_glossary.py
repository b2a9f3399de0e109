"""The page and the docs explain the same words in the same way."""

from reelrank.report.page import glossary
from rendered_questions import ROOT


def test_the_docs_list_the_words_of_the_page():
    text = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ")][1:]
    assert rows == [f"| {entry['term']} | {entry['means']} |" for entry in glossary()]
