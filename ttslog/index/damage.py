"""What is said of a kept piece that cannot be used."""


class DamagedPiece(Exception):
    """A kept piece is not what was written."""
