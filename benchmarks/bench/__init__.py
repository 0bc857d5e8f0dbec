"""`make bench`: ttslog and its peers side by side on logs made here; results go to docs/performance.md."""
