"""Index: what one log file tells, as columns, made once and kept; questions about many files put the pieces together.

A rotated file does not change any more. Each is read by itself (`extract`), in as many processes as there are cores,
together with the tail of the file before it, so that a request that a rotation cut in two is whole in the piece of the
file in which it ended. `borders` says where that cannot be done, and all is read line by line. `merge` takes such a
request once, and says why an unfinished one has no end from what all pieces know of the processes. `store` keeps the
pieces by the content of the files, so that a renamed file is known and a changed one is not.
"""
