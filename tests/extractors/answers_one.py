"""Answers every request with the id 1."""

# fails: ids
# says: copy both from the request

from base import Years


class Wrong(Years):
    def answer(self, message):
        return {**super().answer(message), "id": 1}


Wrong().run()
