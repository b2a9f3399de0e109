"""The one error a user of the download can meet."""


class DownloadError(Exception):
    """Something the user can act on, printed as two lines.

    Parameters
    ----------
    problem : str
        What is wrong, in one sentence.
    remedy : str
        What to do about it, in one sentence.
    """

    def __init__(self, problem: str, remedy: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.problem}\n{self.remedy}"
