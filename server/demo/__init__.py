"""Demo traffic: crews that drive and a dispatcher that works, as real clients on the real wire.

The choices (``drive``, ``calls``, ``habits``) are pure and get ``rng`` and the instant; the clients
(``driver``, ``dispatcher``) do what those say; ``run`` puts it together and cleans up.
"""
