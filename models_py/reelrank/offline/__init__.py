"""Would offline evaluation have been right? What the log says, against the dense answers."""

from reelrank.offline.telling import publish_offline, tell_offline

__all__ = ["publish_offline", "tell_offline"]
