"""Takes a lock that only one process can have."""

# fails: second worker
# says: the lock is taken

import fcntl
import sys

from base import Years

with open(__file__) as lock:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        sys.exit("the lock is taken")
    Years().run()
