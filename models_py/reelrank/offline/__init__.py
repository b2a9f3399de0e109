"""Would offline have told? What the log alone says of models, against the dense answers."""

from reelrank.offline.telling import publish_offline, tell_offline

__all__ = ["publish_offline", "tell_offline"]
