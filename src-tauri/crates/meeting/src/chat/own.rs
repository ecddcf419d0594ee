//! Messages of ours: on their way, failed, or known to the service.

/// How far a message of ours got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    Sending,
    Failed,
    Sent,
}

/// One message of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Own {
    /// Our number for it, under which it is shown all its life.
    pub id: String,
    /// The service's.
    pub known_as: Option<String>,
    pub stage: Stage,
    /// Empty once it is sent: then the service has it.
    pub text: String,
    pub sent_at_ms: i64,
}

/// All of them, in the order of writing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct OwnMessages {
    last: u32,
    list: Vec<Own>,
}

impl OwnMessages {
    pub fn add(&mut self, text: String, sent_at_ms: i64, stage: Stage) -> &Own {
        self.last += 1;
        self.list.push(Own {
            id: format!("m{}", self.last),
            known_as: None,
            stage,
            text,
            sent_at_ms,
        });
        &self.list[self.list.len() - 1]
    }

    pub fn get(&self, id: &str) -> Option<&Own> {
        self.list.iter().find(|own| own.id == id)
    }

    /// The one with our number, if it stands there.
    pub fn at(&mut self, id: &str, stage: Stage) -> Option<&mut Own> {
        let mut all = self.list.iter_mut();
        all.find(|own| own.id == id && own.stage == stage)
    }

    /// The service has it, under this id.
    pub fn confirm(&mut self, id: &str, known_as: &str) {
        if let Some(own) = self.list.iter_mut().find(|own| own.id == id) {
            own.known_as = Some(known_as.to_owned());
            own.stage = Stage::Sent;
            own.text.clear();
        }
    }

    /// Our number for what the service calls so.
    pub fn shown_as(&self, known_as: &str) -> Option<&str> {
        let mut all = self.list.iter();
        all.find(|own| own.known_as.as_deref() == Some(known_as))
            .map(|own| own.id.as_str())
    }

    pub fn remove(&mut self, id: &str) {
        self.list.retain(|own| own.id != id);
    }

    /// Everything on its way has failed; which it was.
    pub fn give_up(&mut self) -> Vec<Own> {
        let mut failed = Vec::new();
        for own in &mut self.list {
            if own.stage == Stage::Sending {
                own.stage = Stage::Failed;
                failed.push(own.clone());
            }
        }
        failed
    }
}
