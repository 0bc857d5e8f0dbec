"""Reference audio from callers: `routes` takes it, `sound` says whether it is any, `store` keeps and removes it."""
