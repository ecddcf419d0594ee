//! One meaning for every payload type and extension id of the whole bundle (RFC 8843, 9.1).

use super::capability::{self, Format};
use super::model::Session;
use crate::core::route::Extensions;
use crate::transceiver::MediaKind;

impl Session {
    /// Formats to offer on a line that has none yet: those in use on lines of the same kind, else the usual ones.
    pub(crate) fn table(&self, kind: MediaKind) -> (Vec<Format>, Extensions) {
        let richest = self
            .entries
            .iter()
            .filter(|entry| entry.slot.kind == kind && !entry.formats.is_empty())
            .max_by_key(|entry| entry.formats.len());
        if let Some(entry) = richest {
            return (entry.formats.clone(), entry.extensions);
        }
        let formats = self.renumbered(capability::defaults(kind));
        (formats, self.extension_ids(kind))
    }

    /// These formats and all others that Foyer has.
    pub(crate) fn completed(&self, formats: &[Format], kind: MediaKind) -> Vec<Format> {
        let missing: Vec<Format> = capability::defaults(kind)
            .into_iter()
            .filter(|format| {
                let mut known = formats.iter();
                known.all(|known| known.payload.codec != format.payload.codec)
            })
            .collect();
        let mut all = formats.to_vec();
        for format in self.renumbered(missing) {
            let elsewhere = self
                .entries
                .iter()
                .filter(|entry| entry.slot.kind == kind)
                .flat_map(|entry| &entry.formats)
                .find(|known| known.payload.codec == format.payload.codec);
            all.push(elsewhere.cloned().unwrap_or(format));
        }
        all
    }

    /// Gives formats payload types that nothing else uses.
    fn renumbered(&self, mut formats: Vec<Format>) -> Vec<Format> {
        let taken: Vec<u8> = self
            .entries
            .iter()
            .flat_map(|entry| &entry.formats)
            .flat_map(|format| {
                [
                    Some(format.payload.pt),
                    format.payload.rtx,
                    format.payload.tones,
                    format.payload.red,
                ]
            })
            .flatten()
            .collect();
        let mut used = taken.clone();
        let free = |wanted: u8, used: &mut Vec<u8>| {
            let pt = if taken.contains(&wanted) {
                (96..=127)
                    .chain(35..=63)
                    .find(|pt| !used.contains(pt))
                    .unwrap_or(wanted)
            } else {
                wanted
            };
            used.push(pt);
            pt
        };
        for format in &mut formats {
            format.payload.pt = free(format.payload.pt, &mut used);
            format.payload.rtx = format.payload.rtx.map(|rtx| free(rtx, &mut used));
            format.payload.tones = format.payload.tones.map(|tones| free(tones, &mut used));
            format.payload.red = format.payload.red.map(|red| free(red, &mut used));
        }
        formats
    }

    fn extension_ids(&self, kind: MediaKind) -> Extensions {
        let known = |pick: fn(&Extensions) -> Option<u8>| {
            self.entries
                .iter()
                .find_map(|entry| pick(&entry.extensions))
        };
        let defaults = capability::default_extensions(kind);
        let used: Vec<u8> = self
            .entries
            .iter()
            .flat_map(|entry| entry.extensions.named())
            .filter_map(|(id, _)| id)
            .collect();
        let pick = |which: fn(&Extensions) -> Option<u8>| {
            let wanted = which(&defaults)?;
            known(which).or_else(|| (!used.contains(&wanted)).then_some(wanted))
        };
        Extensions {
            mid: pick(|ids| ids.mid),
            twcc: pick(|ids| ids.twcc),
            level: pick(|ids| ids.level),
            rid: pick(|ids| ids.rid),
            repaired_rid: pick(|ids| ids.repaired_rid),
        }
    }
}
