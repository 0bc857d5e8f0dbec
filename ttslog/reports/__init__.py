"""Reports: an incident -> blocks (one section a file) -> HTML, terminal text, Markdown or JSON (one renderer a file)."""
