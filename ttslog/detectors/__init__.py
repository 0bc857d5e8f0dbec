"""Detectors: one question a file, `DETECTOR(observations) -> plain data`, found by listing this folder.

A finding holds numbers and names, no sentences for people and no units in text: sections word it, renderers format it.
"""
