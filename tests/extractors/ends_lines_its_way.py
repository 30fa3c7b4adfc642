"""Looks for years in the text with CR LF made LF."""

# fails: line ends
# says: CR LF became LF

from base import Years


class Wrong(Years):
    def places(self, text):
        return super().places(text.replace("\r\n", "\n"))


Wrong().run()
