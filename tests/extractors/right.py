"""Breaks no rule: it must pass every case."""

# fails: nothing

from base import Years

Years().run()
