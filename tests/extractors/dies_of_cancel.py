"""Announces cancel and does not know it."""

# fails: cancel
# says: "code":"cancelled"

from base import Years


class Wrong(Years):
    def hear(self, message):
        {"hello": 1, "extract": 1, "bye": 1}[message["t"]]
        super().hear(message)


Wrong().run()
