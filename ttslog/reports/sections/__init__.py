"""Sections: one part of the report a file, `SECTION = (order, build)`, found by listing this folder.

`build(incident, lang)` returns a section of blocks, None where the incident has nothing to say about it.
"""
