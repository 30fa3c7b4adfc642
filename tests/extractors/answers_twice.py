"""Answers every request twice."""

# fails: ids
# says: answered twice

from base import Years


class Wrong(Years):
    def answer(self, message):
        self.say(super().answer(message))
        return super().answer(message)


Wrong().run()
