from pathlib import Path

import pytest
from simulated_kuairec.scales import NAMED
from simulated_kuairec.writer import write_source


@pytest.fixture(scope="session")
def tiny_source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny simulated source, seed 42; tests read it and do not change it."""
    folder = tmp_path_factory.mktemp("simulated") / "tiny"
    write_source(NAMED["tiny"], "tiny", 42, folder)
    return folder
