"""Renderers: blocks -> text, one output a file; they alone escape, format values and choose colours."""
