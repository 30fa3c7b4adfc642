"""Looks for years in the text normalised to NFC."""

# fails: emoji
# says: normalised to NFC

import unicodedata

from base import Years


class Wrong(Years):
    def places(self, text):
        return super().places(unicodedata.normalize("NFC", text))


Wrong().run()
