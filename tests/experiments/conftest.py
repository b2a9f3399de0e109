from workbench import job

__all__ = ["job"]
