"""The page: policies side by side, while one moves them.

``view``, ``live``, ``charts``, ``lives`` and ``exchange`` are plain Python and know no library of
pages; ``page``, ``controls``, ``person`` and ``server`` do.
"""
