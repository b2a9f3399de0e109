"""Networks on JAX, an optional extra: two towers beside the factorisation, nets beside the trees.

Nothing here is imported before a preset or a command asks for a network, so that everything else
works without the extra.
"""
