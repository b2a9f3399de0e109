"""Figures of the real KuaiRec 2.0 beside those of a simulated one, with the gap allowed."""
