"""The page of the service: text in, sound out, and what the service's own log says of that request meanwhile."""
