"""Writes through a buffer that is never flushed."""

# fails: handshake
# patience: 3
# tries: 3
# says: only when standard input was closed

import sys

from base import Years


class Wrong(Years):
    kept = b""

    def write(self, data):
        self.kept += data

    def end(self):
        sys.stdout.buffer.write(self.kept)
        sys.exit(0)


Wrong().run()
