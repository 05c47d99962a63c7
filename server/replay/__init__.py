"""Replay: recorded tracks and calls, played through the real server, and what came of it.

``records`` and ``gpx`` read files, ``columns`` says which column is what, ``outcome`` counts:
all pure. ``ground`` makes a ground of its own, ``player`` plays over the wire, ``run`` does it all.
"""
