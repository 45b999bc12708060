"""The model. Read ``month.py`` first: it is the table of contents."""
