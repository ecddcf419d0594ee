//! The connection: a handle on an actor that owns model and transport.
