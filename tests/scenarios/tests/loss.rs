//! A bad network: 5 % of all packets lost, at random, each way.

use std::time::Duration;

use foyer_media::clock::MediaTime;
use foyer_practice::MeetingOptions;
use foyer_rtc::Impairment;
use foyer_scenarios::guest::Guest;
use foyer_scenarios::hall::Hall;
use foyer_scenarios::until;

/// Share of sound that may be made up.
const MOST_CONCEALED: f64 = 0.06;
/// How long is watched at a time.
const WATCHED: Duration = Duration::from_secs(12);
/// How often at most.
const WATCHES: u32 = 4;
/// Pictures a second that have to be sent before losing some is the network's doing.
const ENOUGH: f64 = 27.0;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_percent_loss_each_way_leaves_pictures_moving_and_speech_whole() {
    let hall = Hall::with(MeetingOptions::default(), None).await;
    // Ada's line is bad both ways, so that each way between the two is bad once.
    let network = Some(Impairment::loss(0.05, 1));
    let ada = Guest::open_on(&hall, 0, "Ada", network);
    let grace = Guest::open(&hall, 1, "Grace");
    for guest in [&ada, &grace] {
        guest.rig.talk();
        guest.enter().await;
    }
    let mut watched = Vec::new();
    for (me, name) in [(&ada, "Grace"), (&grace, "Ada")] {
        let person = me.sees(name, |person| person.camera_feed.is_some()).await;
        let feed = person.camera_feed.expect("waited for");
        me.watch(&[feed]);
        watched.push((me, feed));
    }
    for (me, feed) in &watched {
        // The start is not what is measured.
        me.pictures(*feed, 30).await;
    }
    for _ in 0..WATCHES {
        match watch(&hall, [&ada, &grace], &watched).await {
            Ok(()) => return,
            // Not the network's doing: the machine stood still.
            Err(Trouble::NotSent(sent)) => eprintln!("only {sent} pictures/s were sent"),
            Err(Trouble::Lost(found)) => panic!("{found}"),
        }
    }
    panic!("in none of {WATCHES} watches were enough pictures sent");
}

/// What a watch found.
enum Trouble {
    /// Pictures a second that left the slower of the two.
    NotSent(f64),
    /// What did not arrive as it was sent.
    Lost(String),
}

/// Looks and listens for a while.
async fn watch(hall: &Hall, guests: [&Guest; 2], watched: &[(&Guest, u32)]) -> Result<(), Trouble> {
    let before = [sent(guests[0]).await, sent(guests[1]).await];
    let start = hall.clock.now();
    until("the time is over", || {
        hall.clock.now().since(start) > WATCHED
    })
    .await;
    let mut slower = f64::MAX;
    for (guest, before) in guests.into_iter().zip(before) {
        let left = sent(guest).await - before;
        slower = slower.min(left as f64 / WATCHED.as_secs_f64());
    }
    for (me, feed) in watched {
        let pictures = me.sight.pictures(*feed);
        let times: Vec<MediaTime> = pictures
            .iter()
            .map(|picture| picture.at)
            .filter(|at| *at >= start && at.since(start) <= WATCHED)
            .collect();
        let fps = times.len() as f64 / WATCHED.as_secs_f64();
        let gap = times.windows(2).map(|pair| pair[1].since(pair[0])).max();
        let audio = me.report().await.audio;
        let is_whole = audio.concealed_ratio <= MOST_CONCEALED;
        let moves = fps >= 25.0 && gap.is_some_and(|gap| gap <= Duration::from_secs(1));
        if !moves || !is_whole {
            if slower < ENOUGH {
                return Err(Trouble::NotSent(slower));
            }
            let found = format!("{fps} of {slower} pictures/s, at most {gap:?} apart, {audio:?}");
            return Err(Trouble::Lost(found));
        }
    }
    Ok(())
}

async fn sent(guest: &Guest) -> u64 {
    guest.report().await.sent.camera.frames
}
