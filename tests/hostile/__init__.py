"""Files that nobody would bring by accident, all made here: bombs, torsos, disguises, bad names.

Each is (what it is, the name it comes under, its bytes).  What must hold of every one: refused
with a sentence or kept as harmless pixels, within a second, and nothing outside its set.
"""
