"""Prints a line when it starts."""

# fails: messages
# says: Loading

from base import Years

print("Loading the model...")
Years().run()
