"""A folder whose log has another name, or is of another kind, hears what to do about it."""

from __future__ import annotations

from pathlib import Path

import pytest
from reelrank.errors import UserError
from reelrank_cli.pipeline.options import read_options
from reelrank_cli.pipeline.source import choose_source

FOLDERS = {
    "another name": (["views.csv"], ["but views.csv is there", "ln -s views.csv"]),
    "capitals": (["Big_Matrix.CSV"], ["but Big_Matrix.CSV is there", "big_matrix.csv"]),
    "dots in the name": (["views.2020.tsv.gz"], ["/big_matrix.tsv.gz"]),
    "quotes in the name": (["it's.csv"], ["""ln -s 'it'"'"'s.csv'"""]),
    "another kind": (["big_matrix.json"], ["not in a supported format", "CSV"]),
    "an archive": (["big_matrix.csv.zip"], ["not in a supported format", "CSV"]),
    "parts": (["a.csv", "b.csv", "c.csv", "d.csv"], ["holds a.csv, b.csv, c.csv ...", "folder"]),
    "only other files": (["user_features.csv"], ["big_matrix.csv is missing.", "--data DIR"]),
    "nothing": ([], ["big_matrix.csv is missing.", "--data DIR"]),
}


@pytest.mark.parametrize("kind", FOLDERS)
def test_a_log_that_is_not_found_is_looked_for(kind: str, tmp_path: Path):
    names, words = FOLDERS[kind]
    for name in names:
        (tmp_path / name).write_text("user_id\n1\n")
    with pytest.raises(UserError) as refused:
        choose_source(read_options(["--data", str(tmp_path)]))
    said = f"{refused.value.problem}\n{refused.value.remedy}"
    assert [word for word in words if word not in said] == [], said
    assert len(said.splitlines()) == 2


@pytest.mark.parametrize("name", ["big_matrix.csv", "big_matrix.CSV", "big_matrix.tsv.zst"])
def test_a_log_with_its_name_is_found_by_any_of_its_endings(name: str, tmp_path: Path):
    (tmp_path / name).write_text("user_id\n1\n")
    assert choose_source(read_options(["--data", str(tmp_path)])).folder == tmp_path
