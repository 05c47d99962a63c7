"""A scripted night: twelve hours of a desk on a simulated clock, and the accounting in the end.

``demand`` draws who calls; ``line`` and ``cases`` are what dispatchers do, ``jobs`` what crews do;
``stage`` runs the real server by the script's clock; ``accounts`` say what came of it.
"""
