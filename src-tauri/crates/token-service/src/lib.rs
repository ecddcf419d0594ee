//! The organisation's server: invitations in, ACS tokens out.
//!
//! Apart from the app because it holds what no guest's machine may hold, the key of the organisation's ACS resource,
//! and runs where the organisation runs its servers. It must never show a token, key, invitation or meeting link in a
//! log, and never asks Azure more often than Azure allows, however many instances of it there are.
//! Start with [`service::Service`], which puts it together, and [`invitation`], which everything is about.

mod access;
mod budget;
pub mod config;
pub mod invitation;
mod issuer;
mod limit;
mod lookup;
pub mod meeting;
mod metrics;
mod oidc;
pub mod refresh;
pub mod seal;
mod server;
pub mod service;
mod store;
pub mod traces;
