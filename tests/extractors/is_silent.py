"""Answers hello and nothing else."""

# fails: one document
# patience: 3
# tries: 3
# says: no answer for 3 s

from base import Years


class Wrong(Years):
    def hear(self, message):
        if message["t"] != "extract":
            super().hear(message)


Wrong().run()
