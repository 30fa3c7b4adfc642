"""Shows its progress with dots, which stand before the next message."""

# fails: messages
# says: before a message

from base import Years


class Wrong(Years):
    def entry(self, document):
        print(".", end="")
        return super().entry(document)


Wrong().run()
