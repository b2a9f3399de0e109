"""Every processor writes the same bytes: plain SSE, AVX2 or AVX-512, with fused steps or without.

Processors with less than this one are imitated. For those with more the rule of `exact_math` has to
do; the last tests hold that the simulation keeps it.
"""

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import simulated_kuairec
from processors import PROCESSORS
from reelrank import exact_math
from simulated_kuairec.checksums import KNOWN, checksums
from simulated_kuairec.scales import NAMED

PACKAGE = Path(simulated_kuairec.__file__).parent
COMMAND = Path(__file__).parents[2] / "scripts" / "simulate_kuairec.py"
# one chunk of each large file, the daily table's beginning, and all that they are drawn from
PIECES = """
import hashlib, sys
from dataclasses import fields
import numpy as np
from simulated_kuairec import dense, log
from simulated_kuairec.world import build_world

digest = hashlib.sha256()
def add(thing):
    if isinstance(thing, np.ndarray):
        digest.update(thing.tobytes() if thing.dtype != object else repr(thing.tolist()).encode())
    elif isinstance(thing, dict):
        [add(thing[name]) for name in sorted(thing)]
    elif hasattr(thing, "__dataclass_fields__"):
        [add(getattr(thing, field.name)) for field in fields(thing)]

world = build_world(float(sys.argv[1]), 42)
add(world)
add(log.log_chunk(world, log.chunk_count(world) // 2))
add(dense.dense_chunk(world, 1))
print(digest.hexdigest())
"""
# seed 42; whole sources of these scales take long: --verify compares them
PIECES_ON_RECORD = {
    "medium": "a020d48d3ab0ff6784cdff8052326079f1868b499530349ebefb6b6ffe4fcc39",
    "full": "47e0330d69f6cd7aa22b57dd4abb8e5c1e999427f7d81818f1a20668e99fe937",
    "x4": "22007c30e979c48157765e1d18abc303ceffb4347f68dbaa10835638575a75e6",
}


def run(processor: str, *arguments: str | Path) -> str:
    """Output of a Python command on a processor."""
    paths = os.pathsep.join(map(str, (PACKAGE.parent, *sys.path)))
    settings = os.environ | PROCESSORS[processor] | {"PYTHONPATH": paths}
    done = subprocess.run(
        [sys.executable, *arguments], env=settings, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize("processor", [name for name in PROCESSORS if "routines" not in name])
def test_the_tiny_source_has_the_bytes_on_record(processor, tmp_path):
    run(processor, COMMAND, "--scale", "tiny", "--out", tmp_path / "data")
    known = json.loads(KNOWN.read_text())["tiny, seed 42"]
    assert checksums(tmp_path / "data") == known


@pytest.mark.slow
def test_the_small_source_has_the_bytes_on_record_on_an_old_processor(tmp_path):
    run("an old one", COMMAND, "--scale", "small", "--out", tmp_path / "data")
    assert "the same bytes" in run("this one", COMMAND, "--verify", tmp_path / "data")


@pytest.mark.slow
@pytest.mark.parametrize("scale", PIECES_ON_RECORD)
def test_pieces_of_larger_sources_are_those_on_record_on_an_old_processor(scale):
    found = run("an old one", "-c", PIECES, str(NAMED[scale]))
    assert found == PIECES_ON_RECORD[scale]


def test_checksums_of_every_scale_are_on_record():
    known = json.loads(KNOWN.read_text())
    assert set(known) <= {f"{scale}, seed 42" for scale in NAMED}
    assert all(len(files) == 10 for files in known.values())


def test_verify_names_the_files_that_differ(tiny_source, tmp_path):
    shutil.copytree(tiny_source, tmp_path / "data")
    assert "the same bytes" in run("this one", COMMAND, "--verify", tmp_path / "data")
    with (tmp_path / "data" / "big_matrix.csv").open("a") as log:
        log.write("0")
    command = [sys.executable, COMMAND, "--verify", tmp_path / "data"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "differs: big_matrix.csv" in done.stdout


# what may differ between processors: functions that numpy has more than one way to compute, sums
# in an order of its own, sorts that are not stable, draws that call the C library
UNSAFE_NUMPY = {
    "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "arcsin",
    "arccos", "arctan", "sinh", "cosh", "tanh", "cbrt", "power", "float_power", "hypot", "interp",
    "einsum", "dot", "vdot", "inner", "matmul", "tensordot", "linalg", "fft", "mean", "average",
    "std", "var", "corrcoef", "cov", "trapezoid", "convolve", "argpartition",
}  # fmt: skip
UNSAFE_DRAWS = {
    "normal", "standard_normal", "lognormal", "exponential", "standard_exponential", "gamma",
    "standard_gamma", "beta", "chisquare", "gumbel", "pareto", "weibull", "poisson", "binomial",
    "geometric", "uniform", "laplace", "logistic",
}  # fmt: skip


def unsafe_names(tree: ast.AST) -> set[str]:
    """Operations in some code whose last bit may differ between processors."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = ast.unparse(node.value)
            unsafe = UNSAFE_NUMPY if owner == "np" else {"mean", "std", "var", "dot"}
            unsafe = UNSAFE_DRAWS if owner in ("rng", "self._rng") else unsafe
            found |= {f"{owner}.{node.attr}"} if node.attr in unsafe else set()
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.MatMult | ast.Pow):
            constant = isinstance(node.left, ast.Constant) and isinstance(
                node.right, ast.Constant | ast.UnaryOp
            )
            found |= set() if constant else {ast.unparse(node)}
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "np.argsort":
            found |= set() if "kind='stable'" in ast.unparse(node) else {ast.unparse(node)}
        elif isinstance(node, ast.Import | ast.ImportFrom) and "scipy" in ast.unparse(node):
            found.add("scipy")
    return found


@pytest.mark.parametrize("module", sorted(PACKAGE.glob("*.py")), ids=lambda path: path.stem)
def test_no_module_uses_what_differs_between_processors(module):
    assert unsafe_names(ast.parse(module.read_text(encoding="utf-8"))) == set()


# of training: OpenBLAS is held to one kind of routine, numpy's exponentials are not
UNSAFE_IN_TRAINING = UNSAFE_NUMPY - {
    "dot", "vdot", "inner", "matmul", "tensordot", "linalg", "einsum", "interp", "mean", "average",
    "std", "var",
}  # fmt: skip


def test_no_module_of_training_uses_what_numpy_computes_in_several_ways():
    modules = set((PACKAGE.parent / "reelrank").rglob("*.py")) - {Path(exact_math.__file__)}
    for module in sorted(modules):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "np":
                assert node.attr not in UNSAFE_IN_TRAINING, (module, ast.unparse(node))
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
                squared_or_plain = ast.unparse(node.right) == "2" or "2" in ast.unparse(node.left)
                assert squared_or_plain, (module, ast.unparse(node))


def test_the_check_sees_what_differs_between_processors():
    for code in ("np.log(x)", "a @ b", "x**y", "rng.normal(0, 1)", "np.argsort(x)", "x.mean()"):
        assert unsafe_names(ast.parse(code))
    assert not unsafe_names(ast.parse("np.sqrt(x) + np.argsort(x, kind='stable') * 2.0**-54"))
