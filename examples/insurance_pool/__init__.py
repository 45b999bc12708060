"""Traders of a company who insure one another against quota shortfalls: an extension, worked out.

``nouns`` says what they remember and what may be set, ``rules`` what they decide, ``month`` when,
``drawer`` reads the settings from a file, ``extension`` puts it together.
"""
