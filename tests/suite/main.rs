//! The one integration binary. Each module says in its first line what belongs there.

mod bad_input;
mod cases;
mod cli;
mod gold;
mod properties;
mod real_input;
mod resilience;
mod scratch;
mod tidy;
