"""Replay: recorded tracks and calls, played through the real server, and what came of it.

Files are read by ``records`` and ``gpx`` (``columns`` says which column is what, ``groups`` what a
call's words mean); ``timeline`` orders what happens and ``player`` makes it happen over the wire;
``stage`` lets everybody sign on to a server, ``own`` makes one that is gone afterwards, on the
``ground`` of the data; ``outcome`` counts and ``table`` tells.
"""
