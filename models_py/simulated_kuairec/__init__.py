"""The simulated KuaiRec: same files, same quirks, same shape of behaviour, and a known truth."""

VERSION = "1.2"
SOURCE = "simulated KuaiRec"
