"""Finds only what it did not find before."""

# fails: same answer
# says: state that one document leaves

from base import Years


class Wrong(Years):
    def __init__(self):
        self.seen = set()

    def places(self, text):
        if text in self.seen and len(text) < 250:
            return []
        self.seen.add(text)
        return super().places(text)


Wrong().run()
