"""Answers for the first half of a batch."""

# fails: batch
# says: no entry for 2 of 4 documents

from base import Years


class Wrong(Years):
    def answer(self, message):
        half = (len(message["docs"]) + 1) // 2
        return super().answer({**message, "docs": message["docs"][:half]})


Wrong().run()
