"""The one exception type for what a user can cause."""


class UserError(Exception):
    """Something the user can fix; the command line prints it in two lines and exits with 1.

    Parameters
    ----------
    problem : str
        What is wrong, naming file, column, row or option.
    remedy : str
        What to do about it, preferably a command.
    """

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.problem}\n  {self.remedy}"


class AlreadySaidError(UserError):
    """A command that this one ran has printed its own two lines; nothing needs to be added."""

    def __init__(self) -> None:
        super().__init__("", "")
