"""Counts UTF-16 units and says code points."""

# fails: emoji
# says: say "offsets": "utf16"

from itertools import accumulate

from base import Years


class Wrong(Years):
    def places(self, text):
        at = [0, *accumulate(1 + (character > "\uffff") for character in text)]
        return [(at[start], at[end]) for start, end in super().places(text)]


Wrong().run()
