"""Finds nothing in a document that is not the first of its request."""

# fails: order
# says: padding in batches

from base import Years


class Wrong(Years):
    def answer(self, message):
        answer = super().answer(message)
        for entry in answer["docs"][1:]:
            entry["entities"] = []
        return answer


Wrong().run()
