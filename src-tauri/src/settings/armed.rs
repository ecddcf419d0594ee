//! The meetings that are rung for, within bounds.

use foyer_contract::armed::ArmedMeeting;

/// The file of the armed meetings in the app's folder.
pub(super) const FILE: &str = "armed.json";
/// A longer file is none of ours.
pub(super) const MAX_BYTES: u64 = 256 * 1024;
/// Meetings kept.
const MOST: usize = 20;
/// Longest link kept, in bytes.
const LONGEST_LINK: usize = 8 * 1024;

/// The same with nothing out of bounds.
pub(super) fn sound(mut meetings: Vec<ArmedMeeting>) -> Vec<ArmedMeeting> {
    meetings.retain(|meeting| meeting.link.len() <= LONGEST_LINK && meeting.id.len() <= 64);
    meetings.truncate(MOST);
    meetings
}
