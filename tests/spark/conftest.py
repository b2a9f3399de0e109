"""The finished job that the tests of this folder ask about."""

from workbench import job

__all__ = ["job"]
