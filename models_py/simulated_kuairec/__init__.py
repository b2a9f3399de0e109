"""The simulated KuaiRec: same files, same quirks, same shape of behaviour, and a known truth."""

VERSION = "1.1"
SOURCE = "simulated KuaiRec"
