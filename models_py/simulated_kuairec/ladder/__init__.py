"""The ladder of skill: usual models should rank a simulated source as well as the real one."""
