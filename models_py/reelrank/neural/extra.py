"""Whether the optional extra is installed."""

from importlib.util import find_spec

from reelrank.errors import UserError

PACKAGES = ("jax", "optax")


def is_installed() -> bool:
    """Whether networks can be fitted here."""
    return all(find_spec(name) for name in PACKAGES)


def need_extra(what: str) -> None:
    """Refuse where the extra is missing; `what` names who needs it.

    Raises
    ------
    UserError
        That says how to install it.
    """
    if not is_installed():
        raise UserError(
            f"{what} needs JAX and Optax, which are not installed.",
            "Install them: .venv/bin/python -m pip install -r requirements-neural.txt",
        )
