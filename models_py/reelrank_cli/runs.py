"""How commands name the run that their results are beside."""


def run_facts(run: dict) -> dict:
    """Pick what every answer in JSON says of its run."""
    return {key: run[key] for key in ("run_id", "data_source", "is_simulated")}


def run_words(run: dict) -> str:
    """Name a run and its data; simulated data is called so."""
    label = "SIMULATED data: " if run["is_simulated"] else ""
    return f"{run['run_id']}, {label}{run['data_source']}"
