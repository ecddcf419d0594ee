//! What one instance remembers while it runs.

use std::collections::HashMap;

use jiff::Timestamp;

use super::{Caller, Counted, Denied};
use crate::limit::Paces;

#[derive(Default)]
pub(super) struct Memory {
    addresses: Paces,
    invitations: Paces,
    uses: HashMap<String, Uses>,
}

struct Uses {
    count: u32,
    /// How many of them Redis has not been told; fewer than none if uses were given back.
    pending: i64,
    expires: Timestamp,
}

impl Memory {
    pub(super) fn pace(&mut self, caller: &Caller<'_>) -> Result<(), Denied> {
        let (now, rate) = (caller.now, caller.address_rate);
        self.addresses
            .take(caller.address, rate, now)
            .map_err(Denied::AddressTooOften)?;
        match caller.invitation {
            Some(counted) => self
                .invitations
                .take(&counted.id, caller.invitation_rate, now)
                .map_err(Denied::InvitationTooOften),
            None => Ok(()),
        }
    }

    pub(super) fn count(&mut self, counted: &Counted, most: u32) -> Result<(), Denied> {
        let uses = self.entry(counted);
        if uses.count >= most {
            return Err(Denied::UsedUp);
        }
        uses.count += 1;
        uses.pending += 1;
        Ok(())
    }

    pub(super) fn give_back(&mut self, counted: &Counted) {
        let uses = self.entry(counted);
        if uses.count > 0 {
            uses.count -= 1;
            uses.pending -= 1;
        }
    }

    /// Redis says how often it was used in all.
    pub(super) fn learn(&mut self, counted: &Counted, count: u32, now: Timestamp) {
        if counted.most.is_some() && counted.expires > now {
            self.entry(counted).count = count;
        }
    }

    pub(super) fn take_pending(&mut self) -> Vec<(Counted, i64)> {
        self.uses
            .iter_mut()
            .filter(|(_, uses)| uses.pending != 0)
            .map(|(id, uses)| {
                let counted = Counted {
                    id: id.clone(),
                    most: None,
                    expires: uses.expires,
                };
                (counted, std::mem::take(&mut uses.pending))
            })
            .collect()
    }

    pub(super) fn put_back_pending(&mut self, pending: &[(Counted, i64)]) {
        for (counted, uses) in pending {
            self.entry(counted).pending += uses;
        }
    }

    pub(super) fn tidy(&mut self, now: Timestamp) {
        self.uses.retain(|_, uses| uses.expires > now);
    }

    fn entry(&mut self, counted: &Counted) -> &mut Uses {
        self.uses.entry(counted.id.clone()).or_insert(Uses {
            count: 0,
            pending: 0,
            expires: counted.expires,
        })
    }
}
