//! Gates: what is worse, not worse, inconclusive or not comparable, and the exit codes that CI sees, through the program, `sh` and `make`.

