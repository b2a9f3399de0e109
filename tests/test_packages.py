"""The packages import each other in one direction only, as docs/architecture.md says."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1] / "models_py"
PACKAGES = {"reelrank", "simulated_kuairec", "reelrank_cli", "reelrank_explorer"}
ALLOWED = {
    "reelrank": {"reelrank"},
    "reelrank_explorer": {"reelrank", "reelrank_explorer"},
    "simulated_kuairec": {
        "simulated_kuairec", "reelrank.errors", "reelrank.progress", "reelrank.exact_math"
    },
}  # fmt: skip


def imported(module: Path) -> set[str]:
    """Names of the modules of our packages that a module imports."""
    names = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return {name for name in names if name.split(".")[0] in PACKAGES}


@pytest.mark.parametrize("package", ALLOWED)
def test_a_package_imports_only_what_the_architecture_allows(package: str):
    modules = list((ROOT / package).rglob("*.py"))
    assert len(modules) > 10
    for module in modules:
        for name in imported(module):
            parts = name.split(".")
            ways = {".".join(parts[:end]) for end in range(1, len(parts) + 1)}
            assert ways & ALLOWED[package], f"{module.relative_to(ROOT)} imports {name}"
