//! Taking part by telephone, where the meeting has numbers for that.

/// What to dial.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DialIn {
    /// To be typed after dialling, digits.
    pub conference_id: String,
    /// In the service's order.
    pub numbers: Vec<PhoneNumber>,
}

/// A number of the meeting.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PhoneNumber {
    /// As the service writes it.
    pub number: String,
    /// Costs the caller nothing.
    pub free: bool,
    /// Where it is local; may be empty.
    pub place: String,
}
