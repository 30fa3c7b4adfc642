//! The one integration binary. Each module says in its first line what belongs there.

// Helpers of tests fail like tests: by panicking.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod agreement;
mod bad_input;
mod baselines;
mod calibration;
mod cases;
mod chance;
mod check;
mod cli;
mod compare;
mod conformance;
mod convert;
mod docs;
mod elsewhere;
mod faults;
mod fix;
mod formats;
mod gates;
mod gating;
#[cfg(feature = "slow")]
mod generated;
mod going_on;
mod gold;
mod grounding;
mod hostile;
mod judgements;
mod kit;
mod measures;
mod numbers;
mod parity;
mod played;
mod properties;
mod real_formats;
mod real_input;
mod real_xml;
mod repeats;
mod resilience;
mod round_trips;
mod runs;
mod score;
mod scratch;
mod services;
mod significance;
mod simulated;
mod tidy;
mod wikinews;
mod wnut;
