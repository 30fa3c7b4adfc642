"""Says that it is ready before it was asked."""

# fails: silence
# says: nothing before hello
# tries: 3

from base import Years


class Wrong(Years):
    def hear(self, message):
        if message["t"] != "hello":
            super().hear(message)

    def run(self):
        self.say(self.ready(None))
        super().run()


Wrong().run()
