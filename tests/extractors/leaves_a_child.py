"""Leaves a child process behind."""

# fails: nothing left behind
# says: sleep (

import subprocess

from base import Years


class Wrong(Years):
    child = None

    def answer(self, message):
        if self.child is None:
            self.child = subprocess.Popen(["sleep", "60"])
        return super().answer(message)


Wrong().run()
