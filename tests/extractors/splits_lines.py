"""Parts lines of standard input at U+2028 too."""

# fails: line separators
# says: split bytes at

from base import Years


class Wrong(Years):
    def lines(self):
        for line in super().lines():
            yield from line.decode().splitlines()


Wrong().run()
