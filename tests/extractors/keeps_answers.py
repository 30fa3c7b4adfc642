"""Keeps answers until standard input ends, as buffered output does."""

# fails: flush
# patience: 3
# tries: 3
# says: flush standard output after every line

from base import Years


class Wrong(Years):
    kept = b""

    def answer(self, message):
        self.kept += str.encode(__import__("json").dumps(super().answer(message)) + "\n")
        return None

    def say(self, message):
        if message is not None:
            super().say(message)

    def end(self):
        self.write(self.kept)
        super().end()


Wrong().run()
