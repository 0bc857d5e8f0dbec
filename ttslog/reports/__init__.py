"""Reports: an incident -> blocks (one section a file) -> HTML, terminal text or Markdown (one renderer a file)."""
