//! What the guest picked to be shared, between the interface, the call and the devices.

use foyer_contract::share::{ShareArea, ShareChoice};
use foyer_media::device::DeviceId;
use foyer_media::share::{Area, Share};

/// As the call and the devices name it.
pub(crate) fn written(choice: ShareChoice) -> String {
    let area = choice.area.map(|area| Area {
        x: area.x,
        y: area.y,
        width: area.width,
        height: area.height,
    });
    Share {
        surface: DeviceId(choice.source_id),
        area,
        pointer: choice.pointer,
        sound: choice.sound,
    }
    .to_string()
}

/// What somebody wrote on a command line.
pub(crate) fn read(text: &str) -> ShareChoice {
    let share = Share::named(text);
    ShareChoice {
        source_id: share.surface.0,
        area: share.area.map(|area| ShareArea {
            x: area.x,
            y: area.y,
            width: area.width,
            height: area.height,
        }),
        pointer: share.pointer,
        sound: share.sound,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_picked_is_named_and_read_back() {
        let all = ShareChoice {
            source_id: "display:0".into(),
            area: None,
            pointer: true,
            sound: false,
        };
        let part = ShareChoice {
            area: Some(ShareArea {
                x: 1,
                y: 2,
                width: 300,
                height: 400,
            }),
            pointer: false,
            sound: true,
            ..all.clone()
        };
        assert_eq!(written(all.clone()), "display:0");
        assert_eq!(
            written(part.clone()),
            "display:0#xywh=1,2,300,400&pointer=off&sound=on"
        );
        for choice in [all, part] {
            assert_eq!(read(&written(choice.clone())), choice);
        }
    }
}
