//! tour
#![warn(missing_docs)]
pub mod annotation;
pub mod config;
pub mod corpus;
pub mod counts;
pub mod document;
pub mod error;
pub mod extract;
pub mod formats;
pub mod matching;
pub mod offset;
pub mod report;
pub mod run;
pub mod scores;
pub mod span;
pub mod store;
