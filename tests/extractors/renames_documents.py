"""Gives documents ids of its own."""

# fails: ids
# says: doc-0

from base import Years


class Wrong(Years):
    def answer(self, message):
        answer = super().answer(message)
        answer["docs"] = [{**entry, "id": "doc-%d" % at} for at, entry in enumerate(answer["docs"])]
        return answer


Wrong().run()
