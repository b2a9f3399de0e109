"""Damaged CSV files against the loading: no crash, no lost line, nothing executed."""
