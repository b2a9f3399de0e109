"""Time and memory of the whole commands, and the machine's limits beside them."""
