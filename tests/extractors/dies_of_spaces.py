"""Crashes on a text of white space."""

# fails: blank text
# says: IndexError

from base import Years


class Wrong(Years):
    def places(self, text):
        if text:
            text.split()[0]
        return super().places(text)


Wrong().run()
