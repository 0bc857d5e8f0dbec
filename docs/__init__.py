"""The manual, and the program that writes the part of it that the code already knows."""
