"""What every command says of itself: groups, defaults, examples; and nothing in colour."""

import re

import pytest
from reelrank_cli import main
from workbench import ROOT, command, python

SCRIPTS = sorted(
    path.relative_to(ROOT)
    for folder in (ROOT / "scripts", ROOT / "scripts/experiments")
    for path in folder.glob("*.py")
    if re.search(r"ArgumentParser\(|parser_of\(__doc__", text := path.read_text("utf-8"))
    and "__main__" in text
)
COMMANDS = {f"reelrank {name}": ["models_py", name] for name in main.COMMANDS}
COMMANDS |= {f"python {path}": [path] for path in SCRIPTS}
FREE = {"--help", "--json", "--dry-run"}  # flags that need no group
NOTHING = {
    "--check",
    "--data",
    "--reference-db",
    "--verify",
    "--against",
    "--at-most",
}  # left out, they ask for nothing: there is no default to tell


def sections(text: str) -> dict[str, str]:
    """Split what `--help` prints at its headings."""
    parts = re.split(r"^([a-z][\w ]*):$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.mark.parametrize("name", COMMANDS)
def test_help_groups_the_options_shows_their_defaults_and_gives_examples(name):
    shown = python(*COMMANDS[name], "--help", COLUMNS="100", FORCE_COLOR="", PYTHON_COLORS="0")
    assert shown.returncode == 0, shown.stderr
    assert "\x1b" not in shown.stdout
    found = sections(shown.stdout)
    examples = found.pop("examples", None) or found.pop("example", None)
    assert examples and name in examples
    assert set(re.findall(r"--[a-z-]+", found.pop("options"))) <= FREE
    found.pop("positional arguments", None)
    options = re.findall(
        r"^  (--[a-z-]+.*\n(?: {4,}.*\n)*)", "\n".join(found.values()), re.MULTILINE
    )
    silent = {o.split()[0] for o in options if takes_a_value(o) and "default" not in o}
    assert silent <= NOTHING


def takes_a_value(option: str) -> bool:
    """Whether an option's paragraph begins with its name and the name of its value."""
    return bool(re.match(r"--[a-z-]+ [A-Z{]", option))


def test_setup_says_what_it_does_and_touches_nothing(tmp_path):
    shown = command("bash", ROOT / "scripts/setup.sh", "--help", REELRANK_VENV=tmp_path / "none")
    assert shown.returncode == 0 and "setup.sh --dev" in shown.stdout
    assert not (tmp_path / "none").exists()


def test_the_command_lists_its_commands_and_doors_lead_to_them():
    shown = python("models_py", "--help")
    assert shown.returncode == 0
    assert all(f"  {name} " in shown.stdout for name in main.COMMANDS)
    assert python("models_py", "dance").returncode == 2
    doors = {
        "models_py/train.py": "train",
        "models_py/report.py": "report",
        "scripts/compare_presets.py": "compare",
        "scripts/simulate_kuairec.py": "simulate",
    }
    for path, name in doors.items():
        assert f"usage: reelrank {name}" in python(path, "--help").stdout
