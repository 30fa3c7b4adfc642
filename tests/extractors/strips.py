"""Looks for years in the stripped text."""

# fails: edges
# says: edges were stripped

from base import Years


class Wrong(Years):
    def places(self, text):
        return super().places(text.lstrip("\ufeff").strip())


Wrong().run()
