"""Prints what it does on standard output."""

# fails: messages
# says: looking at d1

from base import Years


class Wrong(Years):
    def entry(self, document):
        print("looking at", document["id"])
        return super().entry(document)


Wrong().run()
