"""Questions: what an operator asks of the requests, one question a file; each answer is plain data with `to_dict`."""
