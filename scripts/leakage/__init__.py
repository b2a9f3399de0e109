"""Search for leakage by experiment: change the future, rebuild, see which features noticed."""
