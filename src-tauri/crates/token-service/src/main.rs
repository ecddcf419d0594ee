//! The organisation's server, as a program.

fn main() {}
