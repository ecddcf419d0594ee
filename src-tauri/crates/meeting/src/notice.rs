//! What went wrong and did not end the call.

/// Notices kept; older ones are forgotten.
const KEPT: usize = 20;

/// Something the guest should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Counts up from 1 within a call.
    pub id: u32,
    /// Such as `device.lost`, `call.mutedByHost`, `chat.notSent`.
    pub code: String,
    /// A name, or `camera`, `microphone`, `speaker`, `share` where a device failed.
    pub subject: Option<String>,
}

/// The newest notices, the newest last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Notices {
    last: u32,
    list: Vec<Notice>,
}

impl Notices {
    pub fn add(&mut self, code: &str, subject: Option<&str>) {
        if self.list.len() == KEPT {
            self.list.remove(0);
        }
        self.last += 1;
        self.list.push(Notice {
            id: self.last,
            code: code.to_owned(),
            subject: subject.map(str::to_owned),
        });
    }

    pub fn list(&self) -> &[Notice] {
        &self.list
    }
}
