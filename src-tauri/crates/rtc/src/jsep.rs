//! Our own offer/answer (RFC 8829): the transceiver model and the SDP that peers and pages see. Pure.

pub(crate) mod answer;
pub(crate) mod canonical;
pub(crate) mod capability;
pub(crate) mod codec;
pub(crate) mod edited;
pub(crate) mod model;
pub(crate) mod offer;
pub(crate) mod payload_types;
pub(crate) mod remote;
pub(crate) mod sdp;
pub(crate) mod simulcast;
