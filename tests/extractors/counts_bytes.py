"""Counts bytes and says code points."""

# fails: emoji
# says: say "offsets": "byte"

from itertools import accumulate

from base import Years


class Wrong(Years):
    def places(self, text):
        at = [0, *accumulate(len(character.encode("utf-8")) for character in text)]
        return [(at[start], at[end]) for start, end in super().places(text)]


Wrong().run()
